"""A release -> s3://BUCKET/PREFIX/<version>/: shards first, the manifest last, and nothing is ever written over.

Each object is put with If-None-Match, so that a second writer cannot replace it, and with its SHA-256, which the store
checks. A reader that finds the manifest finds all. Credentials, region and endpoint are those of the environment or of
the configuration of the AWS command line.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO, cast

from standoff.errors import ConfigError, OutputError
from standoff.publish.parcel import File, Parcel, Progress, Publication, Step, pieces, prove, refuse_other

_LARGEST = 5 * 1000**3

_LOGIN = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run `aws configure` "
    "(and AWS_ENDPOINT_URL for a store that is not Amazon's)"
)
_REFUSED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403")


def publish(parcel: Parcel, location: str, *, dry_run: bool, progress: Progress) -> Publication:
    """Put a release into a bucket. What is there already with the same content is kept: a second try goes on.

    Raises ConfigError where an object is there with other content, OutputError where the store does not answer.
    """
    bucket, _, prefix = location.partition("/")
    root = "/".join(part for part in (prefix.strip("/"), parcel.version) if part)
    where = f"s3://{bucket}/{root}"
    config = next((f.name.split("/")[0] for f in parcel.files if f.name.endswith(".parquet")), "documents")
    loads = f'load_dataset("parquet", data_files={{"train": "{where}/{config}/train-*.parquet"}}, split="train")'
    done = Publication(where, loads)
    for file in parcel.files:
        if file.size > _LARGEST:
            raise ConfigError(file.path, "is larger than the 5 GB that one object may be put with")
    with _answers(where):
        client = _client()
        for file in parcel.files:
            key = f"{root}/{file.name}"
            there = _exists(client, bucket, key)
            if there and _digest(client, bucket, key) != file.sha256:
                raise refuse_other(parcel, f"{where}/{file.name}")
            if not there and not dry_run:
                _put(client, bucket, key, file, parcel, where)
            progress(file.size)
            done.steps.append(Step("keep" if there else "put", file.name, file.size))
        if not dry_run:
            prove(parcel, lambda file: _opened(client, bucket, f"{root}/{file.name}"), where)
    return done


def _client() -> Any:
    try:
        import boto3
    except ModuleNotFoundError:
        raise ConfigError(None, "publishing to S3 needs boto3: pip install 'standoff[s3]'") from None
    return boto3.client("s3")


@contextmanager
def _answers(where: str) -> Iterator[None]:
    """Turn what the store or the network says into one line."""
    import botocore.exceptions as errors

    try:
        yield
    except errors.ClientError as error:
        found = error.response.get("Error", {})
        code = found.get("Code", "?")
        advice = f"; {_LOGIN}" if code in _REFUSED else ""
        raise OutputError(where, f"the store answers {code}: {found.get('Message', error)}{advice}") from None
    except (errors.NoCredentialsError, errors.PartialCredentialsError, errors.TokenRetrievalError) as error:
        raise ConfigError(where, f"{str(error).splitlines()[0].rstrip('.')}; {_LOGIN}") from None
    except errors.ProfileNotFound as error:
        raise ConfigError(where, f"{str(error).rstrip('.')}; AWS_PROFILE names it") from None
    except (errors.BotoCoreError, OSError) as error:
        raise OutputError(where, f"cannot be reached: {str(error).splitlines()[0]}; try again to go on") from None


def _exists(client: Any, bucket: str, key: str) -> bool:
    return any(each["Key"] == key for each in client.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", ()))


def _put(client: Any, bucket: str, key: str, file: File, parcel: Parcel, where: str) -> None:
    import botocore.exceptions as errors

    checksum = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    with file.path.open("rb") as body:
        try:
            client.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*", ChecksumSHA256=checksum)
        except errors.ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 412:
                raise
            if _digest(client, bucket, key) != file.sha256:  # somebody else was faster
                raise refuse_other(parcel, f"{where}/{file.name}") from None


def _digest(client: Any, bucket: str, key: str) -> str:
    digest = hashlib.sha256()
    with closing(_opened(client, bucket, key)) as stream:
        for piece in pieces(stream):
            digest.update(piece)
    return digest.hexdigest()


def _opened(client: Any, bucket: str, key: str) -> BinaryIO:
    return cast(BinaryIO, client.get_object(Bucket=bucket, Key=key)["Body"])
