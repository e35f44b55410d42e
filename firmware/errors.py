"""What can fail in this room: trust that is missing, and releases that cannot be made.

TrustError     metadata or bytes that we cannot vouch for
PublishError   a key or a week that cannot be made, signed or published as asked
The words for each code are in resources/i18n/errors/trust.json.
"""

from __future__ import annotations

from fleet.errors import OrangeryError


class TrustError(OrangeryError):
    """Metadata or bytes that we cannot vouch for; nothing was changed.

    mirror_unreachable  the source does not answer, or has nothing there
    metadata_tampered   a signed file was altered, is unreadable or endless
    metadata_mixed      genuine files of different publications, put together
    metadata_expired    genuine but too old: a stopped train or a frozen mirror
    mirror_rolled_back  older than what this house has already seen
    metadata_too_large  more of it than this program takes
    root_misplaced      a bundle's root where a mirror's must be, or the other way round
    threshold_missing   fewer people signed than must
    week_missing        the maker has not published a week
    week_disagrees      train and build role do not name the same bytes
    week_unreadable     signed, but not of the schema we know
    week_newer          signed for a newer version of this program
    keys_shared         one key could sign both as train and as build
    bundle_bad          the bundle file breaks a rule of docs/protocol.md
    target_tampered     the file is not the one that was signed
    target_missing      the source does not hold that file
    target_unknown      no verified week names that file
    target_recalled     the maker has recalled that file
    maker_unknown       no maker of that name
    link_bad            a link to a maker that is not understood
    root_not_the_named  a mirror shows another root than the link names
    archive_differs     a program's archive does not hold what its list says
    list_bad            a list of a program's files breaks a rule (desktop/selfupdate/shipped.py)
    list_not_in_week    a week without the list of the files of the program's version
    """


class PublishError(OrangeryError):
    """A key or a week that cannot be made, signed or published as asked; nothing was changed.

    key_name_bad, key_exists, key_unreadable, key_not_of_role, keys_not_disjoint, keys_too_few
    token_library_missing, module_missing, token_missing, tokens_alike, token_locked, wrong_pin
    token_key_missing, token_keys_many, token_kind_bad, token_failed
    person_bad, person_unknown, people_too_many, role_missing, ceremony_key_missing
    fingerprint_wrong
    wrong_passphrase, passphrase_short, signing_failed, signature_bad, signatures_missing
    key_twice, key_ambiguous, key_kind_unknown, threshold_bad, online_key_missing,
    online_keys_unknown
    publisher_exists, publisher_missing, name_bad, line_unknown, role_unknown
    setup_bad, setup_other
    nothing_to_sign, nothing_to_send
    week_open, week_not_open, week_not_published, week_bad, week_too_old, week_empty
    words_missing, ring_bad, known_bad, waiver_incomplete, nothing_to_drop, simulation_bad
    gates_closed, image_unreadable, image_bad, image_disagrees, image_incomplete, image_unknown
    image_ambiguous
    version_not_rising, counter_not_rising
    inventory_unreadable, inventory_bad, inventory_newer, inventory_line_long, inventory_repeats
    inventory_too_long
    mirror_incomplete   what was published is not all there
    version_taken       a publication that was cut has used this version for other content
    published_bad, published_older   of what another key holder's file brings along
    event_unreadable, event_bad, event_newer   the event file itself
    event_disagrees     an event file proposes something else than follows from its own draft
    event_old           an event file builds on less than what is published here
    event_conflict      the event was changed here and in the file
    fingerprint_differs the first root in a file is not the one a person was told of
    """
