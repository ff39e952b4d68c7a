#!/usr/bin/env python
"""Rapport's commands."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from crm.runtime.entry import prepare_process

if __name__ == "__main__":
    prepare_process(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    execute_from_command_line(sys.argv)
