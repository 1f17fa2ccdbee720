"""What people read of an endpoint that cannot be used: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.engine.faults import KEY_STATUSES, FaultKind
from extractors.engine.interface import BarredError, EngineError, RefusedError, SpentError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractors.engine.endpoint import Endpoint
    from extractors.engine.faults import Fault

Trouble = EngineError | BarredError


def barred(endpoint: Endpoint, fault: Fault) -> BarredError:
    """The error of a fault that every request meets."""
    name, place = endpoint.name, endpoint.key_place
    if fault.kind is FaultKind.SPENT:
        told = "its quota is used up: pay for more, or give another key or another --endpoint."
        return SpentError(f"{name} {fault.message}; {told}")
    if fault.status not in KEY_STATUSES:
        return BarredError(f"{name} {fault.message}; look whether it still serves this model (GET {name}/models).")
    if endpoint.connection.secret.key is None:
        return BarredError(f"{name} wants an API key ({fault.status}): put it into {place}.")
    return BarredError(f"{name} refuses the API key ({fault.status}): check the one in {place}.")


def listing_trouble(endpoint: Endpoint, fault: Fault) -> Trouble:
    """The error of an endpoint that does not say what it serves."""
    if fault.kind is FaultKind.SPENT or fault.status in KEY_STATUSES:
        return barred(endpoint, fault)
    if fault.kind in {FaultKind.REFUSED, FaultKind.BARRED}:
        return RefusedError(
            f"{endpoint.name} {fault.message}: give the address that is followed by /chat/completions, "
            "as in http://localhost:8000/v1."
        )
    return UnavailableError(outage([endpoint]))


def other_models(endpoint: Endpoint, model: str, served: Mapping[str, str | None]) -> RefusedError:
    """The error of an endpoint that serves other models; `served` maps their names to those of the catalogue, or None.

    Of one that the catalogue does not have it says how to make it known.
    """
    names = ", ".join(repr(name) for name in served) or "nothing"
    known = list(dict.fromkeys(name for name in served.values() if name))
    unknown = [name for name, entry in served.items() if not entry]
    ways = []
    if known:
        ways.append(f"give --model {' or '.join(known)}")
    if unknown:
        lines = f'[models."{unknown[0]}"] and, below it, like = "{model}" (or another of `extract models`)'
        ways.append(f"to read with {unknown[0]!r}, write into extract.toml: {lines}, and give --model {unknown[0]}")
    ways.append("give another address with --endpoint")
    advice = "; or ".join(ways)
    return RefusedError(
        f"{endpoint.name} does not serve {model!r}; it serves {names}. {advice[0].upper()}{advice[1:]}."
    )


def asking_trouble(endpoint: Endpoint, fault: Fault) -> Trouble:
    """The error of an endpoint that does not answer a small question."""
    if fault.kind in {FaultKind.BARRED, FaultKind.SPENT}:
        return barred(endpoint, fault)
    if fault.kind is FaultKind.REFUSED:
        return RefusedError(f"{endpoint.name} {fault.message}.")
    return UnavailableError(f"{endpoint.name} {fault.message}. Look at the server's log, or try again later.")


def outage(endpoints: Iterable[Endpoint]) -> str:
    """What to tell where nobody answers."""
    faults = "; ".join(f"{each.name} {each.fault.message if each.fault else 'is down'}" for each in endpoints)
    return f"{faults}. Start the server (`extract worker --model NAME`), or give another with --endpoint."
