"""Rules that are too long for an address, for machines."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.strict import StrictSerializer
from crm.api.views import TenantAPIView
from crm.permissions import Permission
from talent.api.segments import rule_errors
from talent.filters import catalogue, tree
from talent.filters.tree import RuleError
from talent.services import kept_rules
from talent.services.kept_rules import RuleTooLong


class KeptRuleIn(StrictSerializer):
    """A filter tree."""

    rule = serializers.JSONField()


class KeptRuleOut(serializers.Serializer[Any]):
    """What `filter` of the list of candidates, and of a query string, says for the rule."""

    filter = serializers.CharField()


class RuleKeep(TenantAPIView):
    """A rule for the list of candidates, whatever its length."""

    permissions = {"POST": Permission.CANDIDATE_VIEW}

    @extend_schema(operation_id="candidates_keep_rule", request=KeptRuleIn, responses=KeptRuleOut)
    def post(self, request: Request) -> Response:
        """A rule too long for an address is kept under a key, for a year after it was last sent here."""
        try:
            rule = catalogue.parse(KeptRuleIn(data=request.data).sent()["rule"])
            found = kept_rules.short(orjson.dumps(tree.dump(rule)).decode(), now=timezone.now())
        except RuleError as error:
            raise rule_errors(error) from error
        except RuleTooLong as error:
            raise ValidationError({"rule": [{"path": "", "message": str(error)}]}) from error
        return Response(KeptRuleOut({"filter": found}).data)
