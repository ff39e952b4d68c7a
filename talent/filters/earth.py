"""Distances on the globe: a box that an index can serve, and the great circle inside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import F, FloatField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cos, Power, Radians, Sin
from django.db.models.lookups import LessThanOrEqual

from talent.filters.tree import Near
from talent.services import places

RADIUS_KM = 6371.0


@dataclass(frozen=True)
class Circle:
    """Everything within `km` of a point, by the haversine formula on a sphere."""

    latitude: float
    longitude: float
    km: float

    @property
    def limit(self) -> float:
        """What the haversine of a point inside does not exceed."""
        return math.sin(min(self.km / RADIUS_KM / 2, math.pi / 2)) ** 2

    def haversine(self, latitude: float, longitude: float) -> float:
        up = math.sin(math.radians(latitude - self.latitude) / 2) ** 2
        along = math.sin(math.radians(longitude - self.longitude) / 2) ** 2
        wide = math.cos(math.radians(self.latitude)) * math.cos(math.radians(latitude))
        return up + wide * along

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.haversine(latitude, longitude) <= self.limit

    def distance(self, latitude: float, longitude: float) -> float:
        """How far away, in kilometres."""
        return 2 * RADIUS_KM * math.asin(math.sqrt(min(1.0, self.haversine(latitude, longitude))))

    def where(self) -> Q:
        """The same as a condition on `latitude` and `longitude`."""
        half_up = Radians(F("latitude") - Value(self.latitude)) / 2.0
        half_along = Radians(F("longitude") - Value(self.longitude)) / 2.0
        wide = Cos(Radians(F("latitude"))) * math.cos(math.radians(self.latitude))
        haversine: Combinable = Power(Sin(half_up), 2.0) + wide * Power(Sin(half_along), 2.0)
        return self._box() & Q(LessThanOrEqual(haversine, Value(self.limit, output_field=FloatField())))

    def _box(self) -> Q:
        """The rectangle around the circle; all longitudes when it reaches over a pole."""
        reach = self.km / RADIUS_KM
        up = math.degrees(reach)
        low, high = self.latitude - up, self.latitude + up
        latitudes = Q(latitude__gte=low - 1e-9, latitude__lte=high + 1e-9)
        if low <= -90 or high >= 90:
            return latitudes & Q(longitude__isnull=False)
        along = math.degrees(math.asin(min(1.0, math.sin(reach) / math.cos(math.radians(self.latitude))))) + 1e-9
        return latitudes & _longitudes(self.longitude - along, self.longitude + along)


def _longitudes(west: float, east: float) -> Q:
    """Between two meridians; a range that crosses the 180th is two."""
    if west < -180:
        return Q(longitude__gte=west + 360) | Q(longitude__lte=east)
    if east > 180:
        return Q(longitude__gte=west) | Q(longitude__lte=east - 360)
    return Q(longitude__gte=west, longitude__lte=east)


def circle(near: Near) -> Circle | None:
    """The circle around a named place; None when nobody knows it (any more)."""
    place = places.read(near.place)
    if place.latitude is None or place.longitude is None:
        return None
    return Circle(place.latitude, place.longitude, near.km)
