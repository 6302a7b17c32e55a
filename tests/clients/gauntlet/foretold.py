"""What the gauntlet has to say of each connector.

Where nothing is foretold, it passes: it ends with exactly the truth, or, where nothing that it does would help, it
gives up. What is foretold is all that the gauntlet finds, the worst first.
"""

CAREFUL = ["by_skip", "by_scan", "by_window"]

TOLD_TO_WAIT = [
    "throttled-in-seconds",
    "throttled-in-fractions",
    "throttled-until-a-date",
    "throttled-in-words",
    "throttled-after-a-quiet-hour",
]
THROTTLED = [*TOLD_TO_WAIT, "throttled-without-a-word"]
BROKEN_CONNECTIONS = ["connection-reset", "reset-in-mid-body", "truncated-answer", "hanging-requests", "never-answered"]
BROKEN_JSON = ["malformed-json", "truncated-json", "html-instead-of-json"]
REFUSED_TOKENS = ["token-refused-once", "token-for-another-audience", "signed-with-an-unknown-key", "clock-behind"]


def each(scenarios: list[str], found: str) -> dict[str, str]:
    """The same in all of these."""
    return dict.fromkeys(scenarios, found)


# What connectors lose whose rounds begin some minutes before the bookmark, with it, or behind it.
NEAR = each(["hours-late", "incomplete-pages"], "lost")
WITH = NEAR | {"five-minutes-late": "lost"}
BEHIND = each(["hours-late", "five-minutes-late", "equal-timestamps"], "lost")

PLANTED: dict[str, dict[str, str]] = {
    "ignores-retry-after": each(TOLD_TO_WAIT, "keptAsking") | {"throttled-without-end": "gaveUp keptAsking"},
    "reads-retry-after-as-milliseconds": each(TOLD_TO_WAIT, "keptAsking")
    | {"throttled-without-end": "gaveUp keptAsking"},
    "reads-retry-after-as-whole-seconds": each(["throttled-in-fractions", "throttled-until-a-date"], "crashed"),
    "retries-without-backoff": {
        "throttled-without-a-word": "keptAsking",
        "page-fails-for-ever": "gaveUp hammered",
    },
    "retries-forever": each(["page-fails-for-ever", "throttled-without-end"], "hung"),
    "has-no-time-out": {"never-answered": "hung"},
    "gives-up-on-the-first-server-error": each(
        ["server-errors-in-bursts", "outage-and-slow-recovery", "html-error-page", "second-page-fails-once"], "gaveUp"
    ),
    "takes-not-found-as-fatal": {"gone-for-a-moment": "gaveUp"},
    "never-retries-a-broken-connection": each(BROKEN_CONNECTIONS, "gaveUp"),
    "follows-no-redirect": {"redirected": "gaveUp"},
    "ends-well-whatever-happens": each(
        ["api-token-revoked", "not-subscribed", "page-fails-for-ever", "throttled-without-end"], "noticedNothing"
    ),
    "never-renews-its-token": {"token-expires": "gaveUp"},
    "gives-up-on-the-first-refused-token": each([*REFUSED_TOKENS, "token-expires"], "gaveUp"),
    "gets-tokens-for-ever": {"api-token-revoked": "gaveUp hammered"},
    "signs-in-once": each(["sign-in-unavailable", "throttled-sign-in"], "gaveUp"),
    "trusts-total": NEAR | each(["total-is-wrong", "missing-fields"], "lost"),
    "reads-one-page-only": NEAR
    | each(
        [
            "activities-an-hour-late",
            "alerts-out-of-order",
            "clock-skew-of-assertions",
            "connector-credentials-expired",
            "connector-licence-missing",
            "connector-permission-missing",
            "connector-quota-used-up",
            "connector-service-down",
            "duplicate-alerts",
            "malformed-json",
            "missing-fields",
            "more-that-never-comes",
            "no-active-connector",
            "outage-and-slow-recovery",
            "redirected",
            "session-revoked",
            "times-by-the-minute",
            "token-for-another-audience",
            "total-is-wrong",
            "truncated-answer",
        ],
        "lost",
    )
    | {"permission-taken-away": "noticedNothing"},
    "stops-at-a-short-page": NEAR | {"empty-page-with-has-next": "lost"},
    "goes-on-as-long-as-it-is-told-to": WITH | {"never-the-last-page": "hung", "empty-page-with-has-next": "lost"},
    "stops-at-the-first-known-alert": WITH,
    "knows-documented-values-only": each(["unknown-values", "missing-fields"], "crashed"),
    "knows-documented-members-only": {"unknown-fields": "crashed"},
    "needs-every-member": {"missing-fields": "crashed"},
    "reads-the-body-before-the-status": NEAR
    | each([*THROTTLED, "outage-and-slow-recovery", "second-page-fails-once"], "lost")
    | each(["api-token-revoked", "page-fails-for-ever", "throttled-without-end"], "noticedNothing"),
    "takes-everything-for-json": each(
        [*BROKEN_JSON, "empty-answer", "html-error-page", "not-subscribed", "server-errors-in-bursts"], "crashed"
    ),
    "insists-on-the-content-type": {"wrong-content-type": "gaveUp"},
    "takes-a-broken-answer-for-an-empty-list": NEAR | each(BROKEN_JSON, "lost"),
    "does-not-deduplicate": BEHIND | each(["duplicate-alerts"], "duplicated"),
    "takes-updates-for-new-alerts": each(["state-changes-after-read", "updates-of-one-alert"], "duplicated"),
    "skips-late-events": WITH,
    "is-strict-about-equal-timestamps": BEHIND,
    "counts-what-has-arrived": each(["hours-late", "five-minutes-late"], "lost"),
    "moves-its-bookmark-first": NEAR
    | each(
        [
            *THROTTLED,
            *BROKEN_JSON,
            "connection-reset",
            "reset-in-mid-body",
            "truncated-answer",
            "never-answered",
            "outage-and-slow-recovery",
            "server-errors-in-bursts",
            "second-page-fails-once",
        ],
        "lost",
    )
    | each(
        ["api-token-revoked", "not-subscribed", "page-fails-for-ever", "throttled-without-end"], "noticedNothing"
    ),
}

# Tokens live for an hour, and so long a round waits for the next: who keeps one on disk gives up everywhere,
# and passes where that is right.
KEEPS_A_TOKEN = "caches-its-token-on-disk"


def foretold(connector: str, scenario: str, recoverable: bool) -> str:
    """What is found of a connector in a scenario, in words, the worst first; nothing, if it passes."""
    if connector == KEEPS_A_TOKEN:
        return "gaveUp" if recoverable else ""
    return PLANTED.get(connector, {}).get(scenario, "")
