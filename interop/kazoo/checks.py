"""kazoo against an ensemble: one JSON line for each check.

Usage: checks.py CONNECT_STRING CONTROL_URL TOKEN
"""

import faulthandler
import json
import logging
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.request
from datetime import timedelta

from kazoo import exceptions
from kazoo.client import KazooClient, KazooState
from kazoo.recipe.cache import TreeCache
from kazoo.recipe.partitioner import SetPartitioner
from kazoo.security import make_acl, make_digest_acl

HOSTS, CONTROL, TOKEN = sys.argv[1:4]
WAIT_S = 15
CHECKS = []


def check(function):
    """Its docstring is its name. What is made with `new_client` ends with it."""
    CHECKS.append(function)
    return function


# --- what checks use


clients = []


# A client of another process: it makes an ephemeral, tells its session, and is killed.
MORTAL = """
import sys
from kazoo.client import KazooClient
zk = KazooClient(hosts=sys.argv[1], timeout=float(sys.argv[3]))
zk.start()
zk.create(sys.argv[2], ephemeral=True)
session, password = zk.client_id
print(session, password.hex(), flush=True)
sys.stdin.read()
"""


def session_of_the_dead(path, timeout):
    """Id and password of a session that owns `path` and whose client was killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", MORTAL, HOSTS, path, str(timeout)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        session, password = child.stdout.readline().split()
        child.kill()
    return int(session), bytes.fromhex(password.decode())


def new_client(timeout=6.0, hosts=HOSTS, **options):
    client = KazooClient(hosts=hosts, timeout=timeout, randomize_hosts=False, **options)
    clients.append(client)
    client.start(timeout=WAIT_S)
    return client


def sasl_options(password):
    return {"mechanism": "DIGEST-MD5", "username": "bob", "password": password}


def close_clients():
    while clients:
        client = clients.pop()
        client.stop()
        client.close()


def control(name, **body):
    request = urllib.request.Request(
        f"{CONTROL}/{name}",
        data=json.dumps(body).encode() if name != "state" else None,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def servers():
    return control("state")["servers"]


def session_of(client):
    return hex(client.client_id[0])


def server_of(client):
    """The server that the client is connected to."""
    return int(re.search(r"^serverId=(\d+)$", client.command(b"conf"), re.M)[1])


def wait_for(what, attempt):
    end = time.monotonic() + WAIT_S
    while not attempt():
        assert time.monotonic() < end, f"not within {WAIT_S} s: {what}"
        time.sleep(0.02)


def revive():
    """Starts what was killed."""
    dead = [each["server"] for each in servers() if each["process"] != "up"]
    for server in dead:
        control("restart", server=server)
    if dead:
        wait_for("all serve", lambda: all(each["phase"] == "BROADCAST" for each in servers()))


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def raises(error, function, *args, **options):
    try:
        function(*args, **options)
    except error:
        return
    raise AssertionError(f"{error.__name__} did not come")


def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args, daemon=True)
    thread.start()
    return thread


def join(*threads):
    for thread in threads:
        thread.join(WAIT_S)
        assert not thread.is_alive(), "still blocked"


# --- operations


@check
def operations():
    """create, get, set, delete, children, ACLs and their errors"""
    zk = new_client()
    equal(zk.create("/ops", b"a"), "/ops")
    raises(exceptions.NodeExistsError, zk.create, "/ops")
    raises(exceptions.NoNodeError, zk.get, "/none")
    data, stat = zk.get("/ops")
    equal((data, stat.version, stat.numChildren, stat.dataLength), (b"a", 0, 0, 1))
    equal(zk.set("/ops", b"bb", version=0).version, 1)
    raises(exceptions.BadVersionError, zk.set, "/ops", b"c", version=0)
    equal(zk.create("/ops/deep/er", makepath=True), "/ops/deep/er")
    raises(exceptions.NotEmptyError, zk.delete, "/ops")
    equal(zk.create("/ops/s-", sequence=True), "/ops/s-0000000001")
    path, stat = zk.create("/ops/with", b"xyz", include_data=True)
    equal((path, stat.dataLength), ("/ops/with", 3))
    children, stat = zk.get_children("/ops", include_data=True)
    equal((sorted(children), stat.cversion), (["deep", "s-0000000001", "with"], 3))
    zk.create("/ops/e", ephemeral=True)
    equal(zk.exists("/ops/e").ephemeralOwner, zk.client_id[0])
    raises(exceptions.NoChildrenForEphemeralsError, zk.create, "/ops/e/f")
    equal(zk.sync("/ops"), "/ops")
    zk.delete("/ops", recursive=True)
    equal(zk.exists("/ops"), None)


@check
def access():
    """digest ACLs keep others out"""
    zk = new_client(auth_data=[("digest", "ann:secret")])
    zk.create("/acl", b"x", acl=[make_digest_acl("ann", "secret", all=True)])
    other = new_client()
    raises(exceptions.NoAuthError, other.get, "/acl")
    other.add_auth("digest", "ann:secret")
    equal(other.get("/acl")[0], b"x")
    zk.set_acls("/acl", [make_acl("world", "anyone", read=True)])
    acl, stat = new_client().get_acls("/acl")
    equal((acl[0].id.scheme, acl[0].perms, stat.aversion), ("world", 1, 1))


@check
def transaction():
    """a transaction takes all or nothing"""
    zk = new_client()
    first = zk.transaction()
    first.create("/txn", b"1")
    first.create("/txn/a", ephemeral=True)
    first.check("/txn", 0)
    first.set_data("/txn", b"2")
    path, child, checked, stat = first.commit()
    equal((path, child, checked, stat.version), ("/txn", "/txn/a", True, 1))
    second = zk.transaction()
    second.delete("/txn/a")
    second.check("/txn", 7)
    second.create("/txn/b")
    results = [type(result).__name__ for result in second.commit()]
    equal(results, ["RolledBackError", "BadVersionError", "RuntimeInconsistency"])
    equal(zk.get_children("/txn"), ["a"])


@check
def chroot():
    """a chroot in the connect string"""
    new_client().create("/root")
    zk = new_client(hosts=f"{HOSTS}/root")
    zk.create("/in", b"side")
    equal(new_client().get("/root/in")[0], b"side")


@check
def words():
    """four-letter words through the client"""
    zk = new_client()
    equal(zk.command(b"ruok"), "imok")
    assert zk.server_version()[0] == 3, zk.server_version()


# --- recipes


@check
def lock():
    """Lock: one holder at a time, in order, and contenders by name"""
    first, second = new_client(), new_client()
    lock = first.Lock("/lock", "first")
    lock.acquire()
    other = second.Lock("/lock", "second")
    raises(exceptions.LockTimeout, other.acquire, timeout=0.2)
    assert not other.acquire(blocking=False)
    taken = in_thread(other.acquire)
    wait_for("the second queues", lambda: lock.contenders() == ["first", "second"])
    lock.release()
    join(taken)
    assert other.is_acquired
    other.release()


@check
def lock_crowd():
    """Lock: eight clients that count under it count right"""
    zk = new_client()
    zk.create("/crowd", b"0")

    def add(client):
        for _ in range(5):
            with client.Lock("/crowd-lock"):
                client.set("/crowd", b"%d" % (int(client.get("/crowd")[0]) + 1))

    join(*[in_thread(add, new_client()) for _ in range(8)])
    zk.sync("/crowd")
    equal(zk.get("/crowd"), (b"40", zk.exists("/crowd")))
    equal(zk.exists("/crowd").version, 40)


@check
def read_write_lock():
    """ReadLock and WriteLock"""
    first, second = new_client(), new_client()
    one, two = first.ReadLock("/rw"), second.ReadLock("/rw")
    assert one.acquire() and two.acquire(timeout=WAIT_S)
    writer = first.WriteLock("/rw")
    raises(exceptions.LockTimeout, writer.acquire, timeout=0.2)
    one.release()
    two.release()
    assert writer.acquire(timeout=WAIT_S)
    raises(exceptions.LockTimeout, second.ReadLock("/rw").acquire, timeout=0.2)
    writer.release()


@check
def semaphore():
    """Semaphore: no more leases than allowed"""
    first, second, third = (new_client() for _ in range(3))
    one, two, three = (zk.Semaphore("/leases", max_leases=2) for zk in (first, second, third))
    assert one.acquire(timeout=WAIT_S) and two.acquire(timeout=WAIT_S)
    assert not three.acquire(blocking=False)
    taken = in_thread(three.acquire)
    one.release()
    join(taken)
    equal(len(third.Semaphore("/leases", max_leases=2).lease_holders()), 2)


@check
def election():
    """Election: the next one leads when the leader's session ends"""
    first, second = new_client(), new_client()
    led, stop = [], threading.Event()

    def lead(name):
        led.append(name)
        stop.wait(WAIT_S)

    leader = in_thread(first.Election("/election", "first").run, lead, "first")
    wait_for("the first leads", lambda: led == ["first"])
    election = second.Election("/election", "second")
    follower = in_thread(election.run, lead, "second")
    wait_for("both stand", lambda: election.contenders() == ["first", "second"])
    control("expire", session=session_of(first))
    wait_for("the second leads", lambda: led == ["first", "second"])
    stop.set()
    join(leader, follower)


@check
def barrier():
    """Barrier: holds until it is removed"""
    first, second = new_client(), new_client()
    barrier = first.Barrier("/barrier")
    barrier.create()
    assert not second.Barrier("/barrier").wait(0.2)
    passed = []
    waiting = in_thread(lambda: passed.append(second.Barrier("/barrier").wait(WAIT_S)))
    time.sleep(0.1)
    assert barrier.remove()
    join(waiting)
    equal(passed, [True])


@check
def double_barrier():
    """DoubleBarrier: nobody enters or leaves alone"""
    barriers = [new_client().DoubleBarrier("/double", 3) for _ in range(3)]
    entering = [in_thread(barrier.enter) for barrier in barriers[:2]]
    time.sleep(0.2)
    assert not any(barrier.participating for barrier in barriers)
    barriers[2].enter()
    join(*entering)
    assert all(barrier.participating for barrier in barriers)
    leaving = [in_thread(barrier.leave) for barrier in barriers[:2]]
    time.sleep(0.2)
    assert all(barrier.participating for barrier in barriers)
    barriers[2].leave()
    join(*leaving)


@check
def queue():
    """Queue: by priority, then in order, each item once"""
    first, second = new_client(), new_client()
    queue = first.Queue("/queue")
    for value, priority in ((b"b", 100), (b"c", 100), (b"a", 50)):
        queue.put(value, priority)
    other = second.Queue("/queue")
    equal(len(queue), 3)
    equal([queue.get(), other.get(), queue.get()], [b"a", b"b", b"c"])
    second.sync("/queue")
    equal(second.Queue("/queue").get(), None)


@check
def locking_queue():
    """LockingQueue: an item is held, consumed, or given back by a death"""
    first, second = new_client(), new_client()
    queue, other = first.LockingQueue("/locking"), second.LockingQueue("/locking")
    queue.put_all([b"a", b"b"])
    equal((queue.get(WAIT_S), other.get(WAIT_S)), (b"a", b"b"))
    assert queue.holds_lock() and queue.consume()
    equal(queue.get(0.2), None)
    control("expire", session=session_of(second))
    equal(queue.get(WAIT_S), b"b")
    assert queue.consume()


@check
def counter():
    """Counter: additions of several clients all count"""
    counters = [new_client().Counter("/counter", default=3) for _ in range(3)]

    def add(counter):
        for _ in range(5):
            counter += 2
        counter -= 1

    join(*[in_thread(add, counter) for counter in counters])
    zk = new_client()
    zk.sync("/counter")
    equal(zk.Counter("/counter", default=3).value, 3 + 3 * 9)


@check
def party():
    """Party and ShallowParty: members join, leave and die"""
    first, second = new_client(), new_client()
    one, two = first.Party("/party", "one"), second.Party("/party", "two")
    one.join()
    two.join()
    first.sync("/party")
    equal(sorted(one), ["one", "two"])
    two.leave()
    first.sync("/party")
    equal((list(one), len(one)), (["one"], 1))
    shallow = second.ShallowParty("/shallow", "three")
    shallow.join()
    equal(list(shallow), ["three"])
    control("expire", session=session_of(second))
    wait_for("the dead leaves", lambda: len(first.ShallowParty("/shallow")) == 0)


@check
def partitioner():
    """SetPartitioner: two clients share a set"""
    sides = [
        SetPartitioner(
            new_client(),
            "/partition",
            ["a", "b", "c", "d"],
            identifier=name,
            time_boundary=0.3,
        )
        for name in ("one", "two")
    ]

    def settle():
        for side in sides:
            if side.release:
                side.release_set()
            elif not side.acquired:
                side.wait_for_acquire(0.1)
        return all(side.acquired for side in sides) and len(set().union(*sides)) == 4

    wait_for("both have a share", settle)
    equal(sorted(sum((list(side) for side in sides), [])), ["a", "b", "c", "d"])
    for side in sides:
        side.finish()


@check
def lease():
    """NonBlockingLease: one owner until it runs out"""
    first, second = new_client(), new_client()
    assert first.NonBlockingLease("/lease", timedelta(seconds=60), identifier="one")
    assert not second.NonBlockingLease("/lease", timedelta(seconds=60), identifier="two")


# --- watches


@check
def watches():
    """one-shot watches tell once, with the right event"""
    zk, other = new_client(), new_client()
    events = []
    zk.create("/watch")
    zk.get("/watch", watch=events.append)
    zk.get_children("/watch", watch=events.append)
    zk.exists("/watch/child", watch=events.append)
    other.create("/watch/child")
    other.set("/watch", b"x")
    other.set("/watch", b"y")
    wait_for("three events", lambda: len(events) == 3)
    equal(
        [(event.type, event.path) for event in events],
        [("CREATED", "/watch/child"), ("CHILD", "/watch"), ("CHANGED", "/watch")],
    )


@check
def watchers():
    """DataWatch and ChildrenWatch: the last state always arrives"""
    zk, other = new_client(), new_client()
    seen, lists = [], []
    zk.DataWatch("/data", lambda data, stat: seen.append(data))
    zk.ensure_path("/children")
    zk.ChildrenWatch("/children", lambda children: lists.append(sorted(children)))
    equal((seen, lists), ([None], [[]]))
    other.create("/data", b"0")
    for i in range(1, 20):
        other.set("/data", b"%d" % i)
        other.create(f"/children/{i:02}")
    wait_for("the last data", lambda: seen[-1] == b"19")
    wait_for("all children", lambda: len(lists[-1]) == 19)
    equal(seen[1:], sorted(seen[1:], key=int))
    other.delete("/data")
    wait_for("its end", lambda: seen[-1] is None)


@check
def tree_cache():
    """TreeCache: follows a tree"""
    zk, other = new_client(), new_client()
    cache = TreeCache(zk, "/tree")
    cache.start()
    other.create("/tree/a/b", b"x", makepath=True)
    wait_for("the leaf", lambda: getattr(cache.get_data("/tree/a/b"), "data", None) == b"x")
    other.delete("/tree/a", recursive=True)
    wait_for("its end", lambda: cache.get_data("/tree/a/b") is None)
    cache.close()


# --- failures


@check
def fail_over():
    """its server is killed: the session goes on elsewhere, with ephemerals and watches"""
    zk, other = new_client(), new_client()
    states, events, seen = [], [], []
    zk.add_listener(states.append)
    session = session_of(zk)
    zk.create("/over", b"0")
    zk.create("/over/mine", ephemeral=True)
    zk.get("/over", watch=events.append)
    zk.DataWatch("/over", lambda data, stat: seen.append(data))
    dead = server_of(zk)
    control("kill", server=dead)
    there_and_back = [KazooState.SUSPENDED, KazooState.CONNECTED]
    wait_for("suspended, then connected", lambda: states == there_and_back)
    equal(session_of(zk), session)
    assert server_of(zk) != dead
    equal(zk.exists("/over/mine").ephemeralOwner, zk.client_id[0])
    # kazoo drops one-shot watches with the connection, and says so; its watchers set them again.
    equal([event.type for event in events], ["NONE"])
    other.retry(other.set, "/over", b"1")
    wait_for("DataWatch goes on", lambda: seen[-1] == b"1")


@check
def missed_events():
    """DataWatch and ChildrenWatch make up for what happened while there was no connection"""
    zk = new_client(timeout=10.0)
    mine = server_of(zk)
    other = new_client(hosts=HOSTS.split(",")[mine % 3])
    zk.create("/missed", b"0")
    other.sync("/missed")
    seen, lists = [], []
    zk.DataWatch("/missed", lambda data, stat: seen.append(data))
    zk.ChildrenWatch("/missed", lists.append)
    suspended = threading.Event()
    zk.add_listener(lambda state: suspended.set() if state == KazooState.SUSPENDED else None)
    control("kill", server=mine)
    other.retry(other.set, "/missed", b"1")
    other.retry(other.ensure_path, "/missed/new")
    wait_for("the data", lambda: seen[-1] == b"1")
    wait_for("the child", lambda: lists[-1] == ["new"])
    assert suspended.is_set()


@check
def leader_killed():
    """the leader is killed: retried writes go on, and none is lost"""
    zk = new_client()
    leader = next(each["leader"] for each in servers() if each["phase"] == "BROADCAST")
    zk.ensure_path("/led")
    done = []

    def write():
        for i in range(60):
            zk.retry(zk.ensure_path, f"/led/{i}")
            done.append(i)

    writing = in_thread(write)
    wait_for("some writes", lambda: len(done) > 10)
    control("kill", server=leader)
    join(writing)
    equal(len(zk.get_children("/led")), 60)


@check
def sasl():
    """SASL: a user's znode is nobody else's, on another server too; a wrong password fails"""
    zk = new_client(sasl_options=sasl_options("secret"))
    zk.create("/sasl", b"mine", acl=[make_acl("sasl", "bob", all=True)])
    equal(zk.get_acls("/sasl")[0][0].id, ("sasl", "bob"))
    raises(exceptions.NoAuthError, new_client().get, "/sasl")
    control("kill", server=server_of(zk))
    equal(zk.retry(zk.get, "/sasl")[0], b"mine")
    guesser = new_client(sasl_options=sasl_options("guessed"))
    wait_for("let in no more", lambda: guesser.state == KazooState.LOST)


@check
def re_attach():
    """the session of a client that was killed goes on with its id and password, and no other"""
    session, password = session_of_the_dead("/attached", timeout=6.0)
    stranger = new_client(client_id=(session, b"x" * 16))
    assert stranger.client_id[0] != session
    heir = new_client(client_id=(session, password))
    equal(heir.client_id, (session, password))
    equal(heir.exists("/attached").ephemeralOwner, session)


@check
def expiry():
    """an expired session: LOST, its ephemerals gone, and a new session by itself"""
    zk, other = new_client(), new_client()
    states, gone = [], []
    zk.add_listener(states.append)
    zk.create("/expiring", ephemeral=True)
    other.sync("/expiring")
    other.exists("/expiring", watch=gone.append)
    session = session_of(zk)
    control("expire", session=session)
    wait_for("lost", lambda: KazooState.LOST in states)
    wait_for("connected again", lambda: states[-1] == KazooState.CONNECTED)
    assert session_of(zk) != session
    wait_for("the ephemeral is gone", lambda: [event.type for event in gone] == ["DELETED"])
    equal(zk.exists("/expiring"), None)


@check
def silence():
    """the session of a client that was killed expires by itself"""
    zk = new_client()
    gone = threading.Event()
    session_of_the_dead("/silent", timeout=1.0)
    zk.sync("/silent")
    if zk.exists("/silent", watch=lambda event: gone.set()) is not None:
        assert gone.wait(WAIT_S)
    equal(zk.exists("/silent"), None)


def main():
    # What it says of lost connections is what the checks are about.
    logging.disable(logging.CRITICAL)
    faulthandler.dump_traceback_later(110, exit=True)
    for function in CHECKS:
        error = None
        try:
            function()
        except Exception:
            error = traceback.format_exc()
        close_clients()
        revive()
        print(json.dumps({"name": function.__doc__, "error": error}), flush=True)


main()
