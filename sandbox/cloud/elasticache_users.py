"""ElastiCache's users beyond moto: groups of them, and changes."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend, User
from moto.elasticache.responses import ElastiCacheResponse
from moto.utilities.utils import get_partition

Params = dict[str, Any]

_create_user: Any = ElastiCacheBackend.create_user
_delete_user = ElastiCacheBackend.delete_user


def refusal(code: str, message: str) -> ElastiCacheException:
    """An error of the API, by its code."""
    error = ElastiCacheException(message)
    error.code = code
    return error


def groups(backend: Any) -> dict[str, Params]:
    """The region's user groups by id, as the API tells them."""
    kept: dict[str, Params] = vars(backend).setdefault("user_groups", {})
    return kept


def group(backend: Any, id_: str) -> Params:
    """The user group of this id."""
    if id_ not in groups(backend):
        raise refusal("UserGroupNotFound", f"User group {id_} not found.")
    return groups(backend)[id_]


def _authentication(self: User) -> Params:
    """moto tells the word of the request where the API has its own."""
    kind = "no-password" if self.authentication_type == "no-password-required" else self.authentication_type
    return {"Type": kind, "PasswordCount": len(self.passwords)}


def _create(self: ElastiCacheBackend, **asked: Any) -> User:
    """IAM knows a user by its name, and wants the id to be the same."""
    if asked["authentication_type"] == "iam" and asked["user_id"] != asked["user_name"]:
        text = "User Id and User Name must be the same for users with IAM authentication."
        raise refusal("InvalidParameterCombination", text)
    return _create_user(self, **asked)


def _modify(self: ElastiCacheResponse) -> ActionResult:
    (user,) = self.elasticache_backend.describe_users(self.params["UserId"])
    user.access_string = self.params.get("AccessString") or user.access_string
    if mode := self.params.get("AuthenticationMode"):
        user.authentication_type, user.passwords = mode["Type"], mode.get("Passwords") or []
    return ActionResult(user)


def _delete(self: ElastiCacheBackend, user_id: str) -> User:
    """A user leaves its groups when it goes; none can be without a user `default`."""
    holding = [each for each in groups(self).values() if user_id in each["UserIds"]]
    if holding and self.users[user_id].name == "default":
        raise refusal("DefaultUserAssociatedToUserGroup", f"User {user_id} is the default user of a user group.")
    for each in holding:
        each["UserIds"].remove(user_id)
    return _delete_user(self, user_id)


def _check(backend: ElastiCacheBackend, ids: list[str]) -> None:
    names = [user.name for id_ in ids for user in backend.describe_users(id_)]
    if "default" not in names:
        raise refusal("DefaultUserRequired", "The user group needs to contain a user with the user name default.")
    if len(set(names)) < len(names):
        raise refusal("DuplicateUserName", "A user group has each user name only once.")


def _create_group(self: ElastiCacheResponse) -> ActionResult:
    backend, id_ = self.elasticache_backend, self.params["UserGroupId"]
    if id_ in groups(backend):
        raise refusal("UserGroupAlreadyExists", f"User group {id_} already exists.")
    _check(backend, self.params.get("UserIds") or [])
    partition = get_partition(self.region)
    made = {
        "UserGroupId": id_,
        "Status": "active",
        "Engine": self.params["Engine"].lower(),
        "UserIds": list(self.params["UserIds"]),
        "MinimumEngineVersion": "6.0",
        "ReplicationGroups": [],
        "ARN": f"arn:{partition}:elasticache:{self.region}:{self.current_account}:usergroup:{id_}",
    }
    backend.tagging_service.tag_resource(made["ARN"], self.params.get("Tags") or [])
    groups(backend)[id_] = made
    return ActionResult(made)


def _describe_groups(self: ElastiCacheResponse) -> ActionResult:
    backend, id_ = self.elasticache_backend, self.params.get("UserGroupId")
    return ActionResult({"UserGroups": [group(backend, id_)] if id_ else list(groups(backend).values())})


def _modify_group(self: ElastiCacheResponse) -> ActionResult:
    backend = self.elasticache_backend
    changed = group(backend, self.params["UserGroupId"])
    gone = self.params.get("UserIdsToRemove") or []
    ids = [id_ for id_ in changed["UserIds"] if id_ not in gone] + list(self.params.get("UserIdsToAdd") or [])
    _check(backend, ids)
    changed["UserIds"] = ids
    return ActionResult(changed)


def _delete_group(self: ElastiCacheResponse) -> ActionResult:
    backend = self.elasticache_backend
    leaving = group(backend, self.params["UserGroupId"])
    if leaving["ReplicationGroups"]:
        text = f"User group {leaving['UserGroupId']} is in use by {', '.join(leaving['ReplicationGroups'])}."
        raise refusal("InvalidUserGroupState", text)
    del groups(backend)[leaving["UserGroupId"]]
    return ActionResult(leaving)


def install() -> None:
    """Add to moto what it lacks."""
    user: Any = User
    user.authentication = property(_authentication)
    backend: Any = ElastiCacheBackend
    backend.create_user, backend.delete_user = _create, _delete
    responses: Any = ElastiCacheResponse
    responses.modify_user = _modify
    responses.create_user_group = _create_group
    responses.describe_user_groups = _describe_groups
    responses.modify_user_group = _modify_group
    responses.delete_user_group = _delete_group
