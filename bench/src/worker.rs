//! What the bench runs in a process of its own, so that its memory, threads and system calls are those of it alone.
//!
//! `qftp-bench --worker NAME ARGUMENT...` prints its figures, one a line.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use qftp::client::{Client, ClientOptions, GetOptions, Login};
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::Emulator;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::stage::prompt;

/// Runs a worker by its name.
pub fn run(arguments: &[String]) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["wait", url, seconds] => wait(url, number(seconds)),
        ["emulators", count] => emulators(number(count)),
        ["lines", count, port, user, password] => {
            lines(number(count), number(port), user, password);
        }
        _ => panic!("no worker takes {arguments:?}"),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    let parsed = text.parse().ok();
    parsed.unwrap_or_else(|| panic!("{text} is no number"))
}

/// Waits on an idle line.
fn wait(url: &str, seconds: u64) {
    let mut client = Client::open(url).expect("a client");
    client
        .poll(Duration::from_secs(seconds))
        .expect("a quiet line");
}

/// Raises the soft limit of descriptors as far as it goes.
fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("the hard limit");
}

/// What this process uses.
struct Use {
    memory_kb: f64,
    threads: f64,
    descriptors: f64,
}

impl Use {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").expect("the status");
        let field = |name: &str| -> f64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let text = line.and_then(|line| line.split_whitespace().next());
            number(text.expect("the field"))
        };
        Use {
            memory_kb: field("VmRSS:"),
            threads: field("Threads:"),
            descriptors: fs::read_dir("/proc/self/fd")
                .expect("the descriptors")
                .count() as f64,
        }
    }
}

/// Starts so many emulators on pseudo terminals and prints: KB in all, threads in all, descriptors of each.
fn emulators(count: usize) {
    raise_limit();
    let before = Use::now();
    let emulators: Vec<Emulator> = (0..count)
        .map(|_| Emulator::on_pty(None, prompt(&EC2X)).expect("an emulator"))
        .collect();
    let after = Use::now();
    println!("{}", after.memory_kb - before.memory_kb);
    println!("{}", after.threads - before.threads);
    println!(
        "{}",
        (after.descriptors - before.descriptors) / count as f64
    );
    drop(emulators);
}

/// Downloads the file `down` over so many lines at once. Prints: lines that failed, seconds in all, Jain's index of
/// their rates.
fn lines(count: usize, port: u16, user: &str, password: &str) {
    raise_limit();
    let mut login = Login::new(Ipv4Addr::LOCALHOST.to_string(), user, password);
    login.port = port;
    let start = Arc::new(Barrier::new(count + 1));
    let runs: Vec<_> = (0..count)
        .map(|_| {
            let (start, login) = (Arc::clone(&start), login.clone());
            let run = move || {
                let line = Emulator::in_process(prompt(&EC2X)).map_err(|error| error.to_string());
                let client = line.and_then(|(emulator, port)| {
                    let client = ClientOptions::new().with_port(port);
                    client
                        .map(|client| (client, emulator))
                        .map_err(|error| error.to_string())
                });
                start.wait();
                let begun = Instant::now();
                let (mut client, _emulator) = client?;
                client.login(&login).map_err(|error| error.to_string())?;
                let got = client.get(b"down", &mut io::sink(), GetOptions::new());
                got.map_err(|error| error.to_string())?;
                Ok::<f64, String>(begun.elapsed().as_secs_f64())
            };
            let builder = thread::Builder::new().stack_size(256 * 1024);
            builder.spawn(run).expect("a thread")
        })
        .collect();
    start.wait();
    let begun = Instant::now();
    let ends: Vec<_> = runs
        .into_iter()
        .map(|run| run.join().expect("a line does not panic"))
        .collect();
    let all = begun.elapsed().as_secs_f64();
    let rates: Vec<f64> = ends.iter().flatten().map(|seconds| 1.0 / seconds).collect();
    if let Some(Err(error)) = ends.iter().find(|end| end.is_err()) {
        eprintln!("bench: a line failed: {error}");
    }
    println!("{}", ends.len() - rates.len());
    println!("{all}");
    println!("{}", jain(&rates));
}

/// Returns Jain's index of fairness (1984): 1 where all have the same.
fn jain(rates: &[f64]) -> f64 {
    let sum: f64 = rates.iter().sum();
    let squares: f64 = rates.iter().map(|rate| rate * rate).sum();
    if squares == 0.0 {
        return 0.0;
    }
    sum * sum / (rates.len() as f64 * squares)
}

/// Returns the loopback address with any free port.
pub fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

#[cfg(test)]
mod tests {
    use super::jain;

    #[test]
    fn jains_index_is_1_for_equals_and_1_of_n_for_one_alone() {
        assert!((jain(&[2.0; 4]) - 1.0).abs() < 1e-9);
        assert!((jain(&[1.0, 0.0, 0.0, 0.0]) - 0.25).abs() < 1e-9);
    }
}
