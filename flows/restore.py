"""Going back to an earlier version, as a flow that staff start from a form."""

from prefect import flow

from flows import progress as told
from flows.versions import Restored, RestoreParameters, restore_version, restored_text


@flow(name="remise en service", description="Remet en service une version antérieure de l'entrepôt.")
def restore_warehouse(parameters: RestoreParameters) -> Restored:
    """Put an earlier version back.

    Args:
        parameters: which version, and where.
    """
    restored = restore_version(parameters)
    told.done(restored_text(restored))
    return restored
