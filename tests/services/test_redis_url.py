"""Redis URLs: where they lead, and what is said of those that lead nowhere."""

import pytest

from services.runtime.redis.url import Address, BadUrl, Login, Target, Tls, Topology, parse_url

HERE = (Address("127.0.0.1", 6379),)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("redis://127.0.0.1", Target(Topology.SINGLE, HERE)),
        ("  redis://127.0.0.1:6379/3\n", Target(Topology.SINGLE, HERE, db=3)),
        ("redis://127.0.0.1/?db=3", Target(Topology.SINGLE, HERE, db=3)),
        ("redis://[::1]:7000", Target(Topology.SINGLE, (Address("::1", 7000),))),
        ("redis://[::1]", Target(Topology.SINGLE, (Address("::1", 6379),))),
        ("REDIS://me:se%40c%2Fret@127.0.0.1", Target(Topology.SINGLE, HERE, Login("me", "se@c/ret"))),
        ("redis://:a/b@c@127.0.0.1", Target(Topology.SINGLE, HERE, Login(None, "a/b@c"))),
        ("redis://:secret@127.0.0.1", Target(Topology.SINGLE, HERE, Login(None, "secret"))),
        ("rediss://127.0.0.1", Target(Topology.SINGLE, HERE, tls=Tls())),
        ("rediss://127.0.0.1?ca=/a.pem&cert=b&key=c", Target(Topology.SINGLE, HERE, tls=Tls("/a.pem", "b", "c"))),
        ("unix:///run/redis.sock", Target(Topology.SINGLE, (Address("/run/redis.sock", 0),))),
        ("unix://:x@/run/r.sock?db=1", Target(Topology.SINGLE, (Address("/run/r.sock", 0),), Login(None, "x"), db=1)),
        (
            "redis+sentinel://n:p@a,b:1/kuuki?db=2&sentinel_name=s&sentinel_password=q",
            Target(
                Topology.SENTINEL,
                (Address("a", 26379), Address("b", 1)),
                Login("n", "p"),
                Login("s", "q"),
                "kuuki",
                db=2,
            ),
        ),
        ("rediss+sentinel://a/kuuki", Target(Topology.SENTINEL, (Address("a", 26379),), service="kuuki", tls=Tls())),
        (
            "redis+cluster://a:1, b:2,c",
            Target(Topology.CLUSTER, (Address("a", 1), Address("b", 2), Address("c", 6379))),
        ),
        ("rediss+cluster://:p@a/0", Target(Topology.CLUSTER, (Address("a", 6379),), Login(None, "p"), tls=Tls())),
    ],
)
def test_where_a_url_leads(url: str, target: Target):
    assert parse_url(url) == target


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "begin with one of them"),
        ("127.0.0.1:6379", "redis+sentinel://"),
        ("http://:hush@a", "begin with one of them"),
        ("redis://", "address 1 has no host"),
        ("redis://:hush@", "address 1 has no host"),
        ("redis://:hush@:6379", "address 1 has no host"),
        ("redis+cluster://:hush@,a", "address 1 has no host"),
        ("redis+cluster://a,b,", "address 3 has no host"),
        ("redis://a:0", "port of address 1"),
        ("redis://a:65536", "port of address 1"),
        ("redis://a:", "port of address 1"),
        ("redis://a:٣", "port of address 1"),
        ("redis://[::1]hush", "port of address 1"),
        ("redis://:hu?sh@a", "options are"),
        ("redis://:hush@a:hush", "percent-encode"),
        ("redis://a:6379,b", "redis+cluster://"),
        ("redis://a/hush", "its database is no number"),
        ("redis://a/?db=hush", "its database is no number"),
        ("redis://a?hush=1", "options are ca, cert, db"),
        ("redis://a?ca=/x", "begin with rediss"),
        ("redis+cluster://a/1", "leave it out"),
        ("redis+cluster://a?db=1", "leave it out"),
        ("redis+sentinel://a", "/its-name"),
        ("redis+sentinel://a/", "/its-name"),
        ("redis+sentinel://a/b/c", "/its-name"),
        ("unix://hush", "unix:///path"),
    ],
)
def test_what_is_said_of_a_url_that_leads_nowhere(url: str, says: str):
    with pytest.raises(BadUrl) as raised:
        parse_url(url)
    text = str(raised.value)
    assert says in text
    assert "hush" not in text
    assert "hu" not in text.replace("the Redis", "")


def test_passwords_are_not_in_what_is_shown_of_a_target():
    shown = repr(parse_url("redis+sentinel://n:hush@a/kuuki?sentinel_password=hush"))
    assert "hush" not in shown
    assert "kuuki" in shown
