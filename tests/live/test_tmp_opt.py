from tests.live.test_system_unit import *  # noqa

del globals()["test_it_renews_itself_under_its_unit_and_comes_back_from_a_broken_version"]


def test_opt(nas, built, maker):
    old = version_of(built)
    nas.do(
        "sh",
        "-c",
        f"useradd --system --home-dir {HOME} --shell /usr/sbin/nologin orangery && install -d -o orangery -g orangery -m 700 {HOME} && tar -xJ -C /opt </srv/{archive_of(built).name}",
        user="root",
    )
    about = nas.root / f"opt/orangery/versions/{old}/_internal/resources/build.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"maker": link(maker)}))
    print(account(nas, "/opt/orangery/orangery --version"))
    print(account(nas, "/opt/orangery/orangery app check"))
    print(nas.do("/opt/orangery/orangery", "app", "renew", user="root"))
    print(account(nas, "/opt/orangery/orangery --version"))
    print(account(nas, "/opt/orangery/orangery --folder /var/lib/orangery app"))
    print(
        nas.do(
            "sh",
            "-c",
            "ls -lR /opt/orangery | head -30; ls -la /opt/orangery; cat /opt/orangery/state",
            user="root",
        )
    )
    print(account(nas, "/opt/orangery/orangery serve --system-unit | grep Exec"))
    unit = Unit(account(nas, "/opt/orangery/orangery serve --system-unit"))
    service = unit.start(nas, HOME)
    house = nas.root / HOME.lstrip("/")
    with closing(RemoteClient(house)) as client:
        until(lambda: told(client) is not None or service.poll() is not None)
        print(told(client))
        assert told(client).version == NEW
    print(nas.do("/opt/orangery/orangery", "app", "back", user="root"))
    print(account(nas, "/opt/orangery/orangery --version"))
