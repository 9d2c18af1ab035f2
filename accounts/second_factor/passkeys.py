"""Passkeys between browser and fido2: what is asked of the browser, and whether its answer is right.

The site is the host by which the browser calls us (one of ALLOWED_HOSTS), so a page elsewhere cannot use a key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlsafe_base64_encode
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, User
from accounts.second_factor.services import add_passkey, use_passkey
from khuyencong.lib.workflow import Refused

CHALLENGE = "passkey_challenge"
NOT_READ = "Trình duyệt chưa đưa ra được khóa truy cập hợp lệ. Hãy thử lại, hoặc dùng cách khác."


def ask_for_new(request: HttpRequest, person: User) -> str:
    """Options for ``navigator.credentials.create`` as JSON; the challenge waits in the session."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(person.pk).encode(), name=person.username, display_name=person.full_name
        ),
        credentials=_credentials(person.passkeys.all()),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session[CHALLENGE] = state
    return _json(options)


def take_new(request: HttpRequest, person: User, *, name: str, answer: str) -> list[str]:
    """Keep the key that the browser made; answers as ``services.add_passkey``. Raises Refused."""
    state = request.session.pop(CHALLENGE, None)
    try:
        data = _server(request).register_complete(_state(state), _read(answer))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(NOT_READ) from error
    credential = data.credential_data
    if credential is None or isinstance(credential.public_key, UnsupportedKey):
        raise Refused(NOT_READ)
    return add_passkey(
        person,
        name=name,
        key_id=urlsafe_base64_encode(credential.credential_id),
        credential=bytes(credential),
        uses=data.counter,
    )


def ask_for_known(request: HttpRequest, person: User) -> str:
    """Options for ``navigator.credentials.get`` as JSON, "" when the person has no key."""
    credentials = _credentials(person.passkeys.all())
    if not credentials:
        return ""
    options, state = _server(request).authenticate_begin(
        credentials, user_verification=UserVerificationRequirement.PREFERRED
    )
    request.session[CHALLENGE] = state
    return _json(options)


def is_shown(request: HttpRequest, person: User, answer: str) -> bool:
    """Whether the browser answered the waiting challenge with one of the person's keys. A challenge serves once."""
    state = request.session.pop(CHALLENGE, None)
    keys = {bytes(_credential(key).credential_id): key for key in person.passkeys.all()}
    try:
        said = AuthenticationResponse.from_dict(_read(answer))
        used = _server(request).authenticate_complete(
            _state(state), [_credential(key) for key in keys.values()], said
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return use_passkey(keys[bytes(used.credential_id)], uses=said.response.authenticator_data.counter)


def _server(request: HttpRequest) -> Fido2Server:
    """Who the keys are made for. The origin must be ours to the letter: fido2 alone would take a sub-domain's, too."""
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    rp = PublicKeyCredentialRpEntity(id=host.partition(":")[0], name="Khuyến công")
    return Fido2Server(rp, verify_origin=lambda said: said == origin)


def _credentials(keys: Iterable[Passkey]) -> list[AttestedCredentialData]:
    return [_credential(key) for key in keys]


def _credential(key: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(key.credential))


def _state(state: Any) -> Any:
    if state is None:
        raise ValueError("no challenge waits")
    return state


def _read(answer: str) -> Mapping[str, Any]:
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError("not what a browser says")
    return read


def _json(options: Any) -> str:
    return json.dumps(options["publicKey"], default=dict)
