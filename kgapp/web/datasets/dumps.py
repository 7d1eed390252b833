"""Files to download, byte for byte as they were published: found by name in the publication's index.

RFC 9110 (13 conditional requests, 14 ranges), RFC 9530 (Repr-Digest), RFC 6266 (Content-Disposition).
A compressed file is itself what is catalogued, with the checksum of its own bytes. So it is sent as
application/gzip (RFC 6713) and not under Content-Encoding, which clients would undo (RFC 9110, 8.4).
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import BinaryIO

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from kgapp.dataset import damaged
from kgapp.errors import Message, QueryRefused
from kgapp.publication import WHOLE, Distribution, Release
from kgapp.rights import LICENSE
from kgapp.web.frame.published import Published, not_found, published
from kgapp.web.http.conditions import claim
from kgapp.web.http.render import render_error

blueprint = Blueprint("dumps", __name__, url_prefix="/dump")
LATEST = "latest"
GZIP = "application/gzip"
CSV = "text/csv"
CSVW = "csvw"
ONE_RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})?|-(?P<suffix>[0-9]{1,18}))")
"""What is read of Range; any other is ignored, as RFC 9110, 14.2 allows."""
LASTING = "public, max-age=3600"
"""A version is named by its graphs: another writer of the same graphs may write other bytes at the same
address. So a copy is good for an hour, and its tag, which is its checksum, tells whether it still is."""
EXPOSED = "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Repr-Digest"


@blueprint.get("/all/<version>/<name>", endpoint="whole")
@blueprint.get("/<city>/<edition>/<version>/<name>", endpoint="edition")
def dump(version: str, name: str, city: str = "", edition: str = "") -> Response:
    """A file of a version of an edition's dataset, or of the whole."""
    path = f"{city}/{edition}" if city else WHOLE
    known = published()
    releases = known.versions(path)
    if version == LATEST:
        release = releases[0] if releases else None
    else:
        release = next((found for found in releases if found.version == version), None)
    if release is None:
        raise _no_version(path, version, releases)
    distribution = release.distribution(name)
    if distribution is None:
        raise _no_file(name, release)
    if version == LATEST:
        response = make_response(redirect(address(release, name), 307))
        response.headers["Cache-Control"] = "no-cache"
        return response
    return _file(known, release, distribution)


def address(release: Release, name: str) -> str:
    """Where a file of a release is, on this server."""
    if release.path == WHOLE:
        return url_for("dumps.whole", version=release.version, name=name)
    city, edition = release.path.split("/")
    return url_for("dumps.edition", city=city, edition=edition, version=release.version, name=name)


def _file(known: Published, release: Release, about: Distribution) -> Response:
    place = known.dataset.folder / about.file
    claim(request.environ)
    response = Response(
        wrap_file(request.environ, _opened(place, about)),
        direct_passthrough=True,
        content_type=_content_type(about),
        headers=_headers(release, about),
    )
    response.content_length = about.size
    response.set_etag(about.sha256)
    if request.headers.get("If-Match", "").strip() == "*":  # the file is there: RFC 9110, 13.1.1
        request.environ.pop("HTTP_IF_MATCH")
    response.make_conditional(request.environ)  # preconditions come before ranges: RFC 9110, 13.2.2
    if response.status_code == 412:
        response.close()
        return make_response(render_error(_changed(about)))
    if response.status_code == 200:
        return _ranged(response, about)
    return response


def _opened(place: Path, about: Distribution) -> BinaryIO:
    """The file, open; raises DatasetMissing where it is not as it was published."""
    try:
        file = place.open("rb")
    except OSError as error:
        raise damaged(about.name, error) from error
    if os.fstat(file.fileno()).st_size != about.size:
        file.close()
        raise damaged(about.name, None)
    return file


def _ranged(response: Response, about: Distribution) -> Response:
    """The part that is asked for, or all of it."""
    environ = dict(request.environ)
    weak = request.headers.get("If-Range", "").startswith("W/")  # never the same bytes: RFC 9110, 13.1.5
    found = None if weak else ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or found is None or _covers_all(found, about.size):
        environ.pop("HTTP_RANGE", None)
    elif found["suffix"] and not int(found["suffix"]):
        environ["HTTP_RANGE"] = f"bytes={about.size}-"  # the last no bytes: unsatisfiable, 14.1.2
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=about.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        refusal = render_error(_past_the_end(about))
        refusal.headers["Content-Range"] = f"bytes */{about.size}"
        return refusal
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _covers_all(found: re.Match[str], size: int) -> bool:
    """Whether a range is no smaller than the file, or runs backwards and is ignored."""
    first, last, suffix = found["first"], found["last"], found["suffix"]
    return int(suffix) >= size if suffix else bool(last) and int(last) < int(first)


def _content_type(about: Distribution) -> str:
    if about.compressed:
        return GZIP
    return f"{about.media_type}; charset=utf-8" if about.media_type.startswith("text/") else about.media_type


def _headers(release: Release, about: Distribution) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(about.sha256)).decode()
    links = [
        f'<{LICENSE}>; rel="license"',
        f'<{request.script_root}/catalogue>; rel="describedby"',
        f'<{request.script_root}/doc/{release.path}/dataset>; rel="collection"'
        if release.path
        else f'<{request.script_root}/doc/dataset>; rel="collection"',
    ]
    tables = next((found for found in release.distributions if found.form == CSVW), None)
    if about.media_type == CSV and not about.compressed and tables is not None:
        # Model for Tabular Data and Metadata on the Web, 5.2
        links.append(f'<{address(release, tables.name)}>; rel="describedby"; type="application/csvm+json"')
    return {
        "Cache-Control": LASTING,
        "Content-Disposition": f'attachment; filename="{about.name}"',
        "Link": ", ".join(links),
        "Repr-Digest": f"sha-256=:{digest}:",
    }


@blueprint.after_request
def _for_scripts(response: Response) -> Response:
    """What scripts of other hosts may read (Fetch, CORS)."""
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _no_version(path: str, version: str, releases: tuple[Release, ...]) -> QueryRefused:
    if not releases:
        return not_found(
            Message(f"「{path}」というデータはありません。", f"There is no dataset {path!r}."),
            Message("一覧は /catalogue にあります。", "They are listed at /catalogue."),
        )
    kept = ", ".join(release.version for release in releases)
    return not_found(
        Message(
            f"版「{version}」のファイルはここにありません。",
            f"The files of version {version!r} are not kept here.",
        ),
        Message(f"ある版: {kept}（一覧は /catalogue）", f"Versions that are kept: {kept} (see /catalogue)"),
    )


def _no_file(name: str, release: Release) -> QueryRefused:
    names = ", ".join(file.name for file in release.distributions)
    return not_found(
        Message(f"「{name}」というファイルはありません。", f"There is no file {name!r}."),
        Message(f"あるファイル: {names}", f"The files are: {names}"),
    )


def _changed(about: Distribution) -> QueryRefused:
    return QueryRefused(
        Message("If-Matchの印のファイルではありません。", "The file is not the one of If-Match."),
        Message(f'今の印は "{about.sha256}" です。', f'Its tag is "{about.sha256}".'),
        status=412,
    )


def _past_the_end(about: Distribution) -> QueryRefused:
    return QueryRefused(
        Message("求められた範囲はファイルの外です。", "The range asked for lies beyond the file."),
        Message(f"大きさは {about.size} バイトです。", f"It has {about.size} bytes."),
        status=416,
    )
