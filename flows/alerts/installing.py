"""Putting the alerts into Prefect's server, once, and taking them out again."""

from flows.alerts.automations import ALERTS, BLOCK, MARK, automation
from flows.alerts.channels import Channels
from flows.alerts.sealing import seal
from flows.serving.api import Api, Json
from flows.serving.surroundings import address


def put(api: Api, ways: Channels | None) -> bool:
    """Put block and automations in place, or bring them up to date; what people switched off stays off.

    Args:
        api: the server.
        ways: the ways out; None for those that are there already.

    Returns:
        Whether there are alerts now: without ways, and none before, nothing is done.

    Raises:
        MachineError: the key of the seal cannot be read or written.
    """
    if ways:
        # Prefect takes seconds to import, and whoever only looks needs none of it.
        from flows.alerts.block import AlliageAlerts

        block_id = str(AlliageAlerts(sealed=seal(ways)).save(BLOCK[1], overwrite=True))
    elif block := api.block(*BLOCK):
        block_id = block["id"]
    else:
        return False
    old = {one["name"]: one for one in installed(api)}
    for alert in ALERTS:
        wanted = automation(alert, block_id, address())
        before = old.pop(alert.name, {"id": None, "enabled": True})
        api.put_automation(before["id"], {**wanted, "enabled": before["enabled"]})
    for one in old.values():
        api.delete_automation(one["id"])
    return True


def remove(api: Api) -> bool:
    """Take automations and block out of the server; whether there were any."""
    found = installed(api)
    for one in found:
        api.delete_automation(one["id"])
    return api.delete_block_type(BLOCK[0]) or bool(found)


def installed(api: Api) -> list[Json]:
    """Our automations that the server has."""
    return [one for one in api.automations() if MARK in one["tags"]]
