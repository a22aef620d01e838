"""Known weaknesses of the locked packages, or a plain word that no advisory database could be asked.

pip-audit ends with 0 where no advisory is known, and also where the index serves none at all; the second must
not be taken for the first.
"""

import json
import subprocess
import sys

COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock", "--require-hashes"),
    *("--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "20"),
)
CANNOT = 4


def main() -> int:
    """Ask, and tell: 0 nothing known, 1 weaknesses, 4 nobody could be asked."""
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT AUDITED: no advisory database could be reached.", done.stderr.strip()[-500:], sep="\n")
        return CANNOT
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    weak = [one for one in packages if one.get("vulns")]
    if len(skipped) == len(packages):
        print(f"NOT AUDITED: the index serves no advisories ({len(packages)} packages not looked at).")
        return CANNOT
    for one in weak:
        known = ", ".join(found["id"] for found in one["vulns"])
        print(f"{one['name']} {one['version']}: {known}")
    print(f"{len(packages) - len(skipped)} packages audited, {len(weak)} with known weaknesses.")
    if skipped:
        print(f"Not audited ({len(skipped)}): {', '.join(skipped)}.")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
