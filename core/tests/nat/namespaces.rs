//! Three network namespaces in a row: the module's, a router's, the server's. They belong to processes that end with
//! this one, however it ends, and go with them; so do the interfaces and the rules in them.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::site::SessionStatus;

/// The server's own addresses, which no host outside can reach.
pub(crate) const SERVER: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
pub(crate) const SERVER_6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x77, 0, 0, 0, 0, 0, 2);
/// The addresses that the router lends it.
pub(crate) const PUBLIC: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
pub(crate) const PUBLIC_6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
/// Another one, of another host as it seems from outside.
pub(crate) const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

const CLIENT_SIDE: &str = "\
link set lo up
link set eth0 up
addr add 10.66.0.2/24 dev eth0
addr add fd00:66::2/64 dev eth0 nodad
route add default via 10.66.0.1
route add default via fd00:66::1
";
/// `outer` leads to the module, `inner` to the server.
const ROUTER_SIDE: &str = "\
link set lo up
link set outer up
link set inner up
addr add 192.0.2.1/32 dev lo
addr add 192.0.2.2/32 dev lo
addr add 2001:db8::1/128 dev lo nodad
addr add 10.66.0.1/24 dev outer
addr add fd00:66::1/64 dev outer nodad
addr add 10.77.0.1/24 dev inner
addr add fd00:77::1/64 dev inner nodad
";
const SERVER_SIDE: &str = "\
link set lo up
link set eth0 up
addr add 10.77.0.2/24 dev eth0
addr add fd00:77::2/64 dev eth0 nodad
";

/// Everything that is asked of the kernel later, without a user.
const PROBE: &str = "\
table inet probe {
    counter nothing { }
    chain incoming {
        type nat hook prerouting priority dstnat;
        ip daddr 0.0.0.0 counter name nothing dnat ip to 0.0.0.0
    }
    chain outgoing {
        type nat hook postrouting priority srcnat;
        oifname nowhere masquerade
    }
    chain through {
        type filter hook forward priority filter;
        iifname nowhere ct status & dnat == 0 meta l4proto tcp reject with tcp reset
    }
}
";

/// What it says when it is the kernel that does not let them be. Anything else is a mistake of ours.
const REFUSALS: &[&str] = &[
    "No such file or directory",
    "Operation not permitted",
    "Operation not supported",
    "Permission denied",
    "Read-only file system",
    "Unknown device type",
];

/// What to do where a program is missing.
const SETUP: &str = "run scripts/test-setup.sh, which brings it";

/// The three of them.
pub(crate) struct Network {
    client: Place,
    router: Place,
    server: Place,
}

/// A network namespace.
struct Place {
    /// It reads what is never written, from a pipe that closes when this process ends.
    keeper: Child,
    namespace: File,
}

impl Network {
    /// With no way through yet; or why the kernel refuses it.
    pub(crate) fn new() -> Result<Self, String> {
        let network = Network {
            client: Place::new()?,
            router: Place::new()?,
            server: Place::new()?,
        };
        let links = format!(
            "link add outer type veth peer name eth0 netns {}\n\
             link add inner type veth peer name eth0 netns {}\n",
            network.client.keeper.id(),
            network.server.keeper.id(),
        );
        network.lay(&links).map_err(of_kernel)?;
        Ok(network)
    }

    fn lay(&self, links: &str) -> Result<(), String> {
        for (place, lines) in [
            (&self.router, links),
            (&self.client, CLIENT_SIDE),
            (&self.router, ROUTER_SIDE),
            (&self.server, SERVER_SIDE),
        ] {
            place.feed("ip", &["-batch", "-"], lines)?;
        }
        // They are those of the namespace that the thread is in.
        self.router.inside(|| {
            for file in ["ipv4/ip_forward", "ipv6/conf/all/forwarding"] {
                let path = format!("/proc/sys/net/{file}");
                fs::write(&path, "1").map_err(|error| format!("{path}: {error}"))?;
            }
            Ok::<(), String>(())
        })?;
        self.rules(PROBE)
    }

    /// Everything that comes to the public address goes to the server; what is for the private one meets this status.
    pub(crate) fn forward_all(&self, status: SessionStatus) {
        self.translate(
            &format!(
                "ip daddr {PUBLIC} dnat ip to {SERVER}
                 ip6 daddr {PUBLIC_6} dnat ip6 to {SERVER_6}"
            ),
            status,
        );
    }

    /// The control port is forwarded from the public address, everything from the other one.
    pub(crate) fn forward_apart(&self, control: u16, status: SessionStatus) {
        self.translate(
            &format!(
                "ip daddr {PUBLIC} tcp dport {control} dnat ip to {SERVER}
                 ip daddr {ELSEWHERE} counter name followed dnat ip to {SERVER}"
            ),
            status,
        );
    }

    fn translate(&self, incoming: &str, status: SessionStatus) {
        let others = format!(
            "iifname outer ct status & dnat == 0 meta l4proto tcp {}",
            match status {
                SessionStatus::Refused => "reject with tcp reset",
                SessionStatus::Silent => "drop",
            }
        );
        let rules = format!(
            "table inet nat {{
                 counter followed {{ }}
                 chain incoming {{
                     type nat hook prerouting priority dstnat;
                     {incoming}
                 }}
                 chain outgoing {{
                     type nat hook postrouting priority srcnat;
                     oifname inner masquerade
                 }}
                 chain through {{
                     type filter hook forward priority filter;
                     {others}
                 }}
                 chain here {{
                     type filter hook input priority filter;
                     {others}
                 }}
             }}"
        );
        self.rules(&rules).expect("rules that are understood");
    }

    fn rules(&self, rules: &str) -> Result<(), String> {
        self.router.feed("nft", &["-f", "-"], rules)
    }

    /// How many connections went to the other address.
    pub(crate) fn followed(&self) -> u64 {
        let listed = self.router.inside(|| {
            let mut list = command("nft", &["list", "counter", "inet", "nat", "followed"]);
            list.output().expect("nft runs").stdout
        });
        let listed = String::from_utf8_lossy(&listed);
        let mut words = listed.split_whitespace();
        words.find(|word| *word == "packets");
        let count = words.next().and_then(|word| word.parse().ok());
        count.unwrap_or_else(|| panic!("no count in {listed}"))
    }

    pub(crate) fn in_client<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        self.client.inside(act)
    }

    pub(crate) fn in_server<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        self.server.inside(act)
    }
}

impl Place {
    fn new() -> Result<Self, String> {
        let mut keeper = command("unshare", &["--net", "cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("unshare: {error}; {SETUP}"));
        // It answers from inside, or not at all.
        let (Some(say), Some(hear)) = (keeper.stdin.as_mut(), keeper.stdout.as_mut()) else {
            panic!("it has pipes");
        };
        let answered = say.write_all(b"x").and_then(|()| hear.read_exact(&mut [0]));
        if answered.is_err() {
            let output = keeper.wait_with_output().expect("it ended");
            let printed = String::from_utf8_lossy(&output.stderr);
            return Err(of_kernel(printed.trim().to_owned()));
        }
        let path = format!("/proc/{}/ns/net", keeper.id());
        let namespace = File::open(&path).expect("it is there");
        Ok(Place { keeper, namespace })
    }

    /// Does it in there: the sockets that are made, the threads and processes that are started stay there.
    fn inside<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        let done = thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let namespace = self.namespace.as_fd();
                move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))
                    .expect("a namespace of ours");
                act()
            });
            thread.join()
        });
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Runs a program in there that reads this; what it says if it fails.
    fn feed(&self, program: &str, arguments: &[&str], input: &str) -> Result<(), String> {
        let mut child = self.inside(|| {
            command(program, arguments)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap_or_else(|error| panic!("{program}: {error}; {SETUP}"))
        });
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read to the end says why.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().expect("it ended");
        if output.status.success() {
            return Ok(());
        }
        let printed = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = printed.trim().lines().collect();
        Err(format!("{program}: {}", lines.join("; ")))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The reason, if it is the kernel's.
fn of_kernel(reason: String) -> String {
    let refused = REFUSALS.iter().any(|refusal| reason.contains(refusal));
    assert!(refused, "{reason}");
    reason
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    // ip and nft are where users have no path to.
    command
        .args(arguments)
        .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin");
    command
}
