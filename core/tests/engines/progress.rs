//! The progress of a transfer on a slow line behind a buffer of the system, under a simulated clock: small steps, and no
//! byte of an upload is told before it has left the line.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use qftp::client::{Client, ClientOptions, GetOptions, Login, PutOptions};
use qftp::dialect::{Dialect, ec2x::EC2X, nl668::NL668};
use qftp::module::Module;
use qftp::port::Port;
use qftp_test::conversation::play::Terminal as _;
use qftp_test::conversation::sample;

use crate::module_port::ModulePort;

const BAUD: u32 = 115_200;
/// Bytes that the system takes before they are on the line.
const BUFFER: usize = 4096;
const SIZE: usize = 60_000;
/// Steps in which the time of the line passes.
const TICK: Duration = Duration::from_millis(1);

/// A port with a buffer in front of the line.
struct BufferedPort {
    module: ModulePort,
    buffer: Vec<u8>,
    /// Until this time the line is busy with what has left the buffer.
    busy_until: Duration,
    /// Bytes that have left the line.
    carried: Arc<AtomicU64>,
}

impl BufferedPort {
    /// Lets time pass, and the bytes of it go to the module.
    fn pass(&mut self, time: Duration) {
        self.module.harness().pass(time);
        let now = self.module.harness().now;
        let byte = Duration::from_secs(10) / BAUD;
        self.busy_until = self.busy_until.max(now.saturating_sub(time));
        let mut count = 0;
        while count < self.buffer.len() && self.busy_until + byte <= now {
            self.busy_until += byte;
            count += 1;
        }
        let left: Vec<u8> = self.buffer.drain(..count).collect();
        self.module.harness().write(&left);
        self.carried.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Port for BufferedPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let end = self.module.harness().now + timeout;
        loop {
            let count = self.module.read(buffer, Duration::ZERO)?;
            let left = end.saturating_sub(self.module.harness().now);
            if count > 0 || left.is_zero() {
                return Ok(count);
            }
            self.pass(left.min(TICK));
        }
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let end = self.module.harness().now + timeout;
        while self.buffer.len() == BUFFER && self.module.harness().now < end {
            self.pass(TICK);
        }
        let room = bytes.len().min(BUFFER - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..room]);
        Ok(room)
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        self.module.time()
    }

    fn pause(&mut self, time: Duration) {
        self.pass(time);
    }

    fn unsent(&mut self) -> io::Result<usize> {
        Ok(self.buffer.len())
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        self.unsent()
    }

    fn name(&self) -> &'static str {
        "a buffer before a module in memory"
    }
}

fn client(dialect: &'static Dialect, content: &[u8]) -> (Client, Arc<AtomicU64>) {
    let module = ModulePort::new(Module::new(dialect).with_baud(Some(BAUD)));
    module.harness().server.put("/old", content.to_vec(), None);
    let carried = Arc::new(AtomicU64::new(0));
    let port = BufferedPort {
        module,
        buffer: Vec::new(),
        busy_until: Duration::ZERO,
        carried: Arc::clone(&carried),
    };
    let mut client = ClientOptions::new()
        .with_port(Box::new(port))
        .expect("a module");
    let login = Login::new("ftp.example.com", "test", "secret");
    client.login(&login).expect("a login");
    (client, carried)
}

/// Returns the largest step between two reports, in thousandths of the file.
fn largest_step(reports: &[u64]) -> u64 {
    let steps = reports
        .windows(2)
        .map(|two| two[1].checked_sub(two[0]).expect("it never goes back"));
    steps.max().unwrap_or(u64::MAX) * 1000 / SIZE as u64
}

#[test]
fn an_upload_is_told_in_small_steps_when_its_bytes_have_left_the_line() {
    for dialect in [&EC2X, &NL668] {
        let content: Vec<u8> = (0..SIZE).map(sample).collect();
        let (mut client, carried) = client(dialect, &content);
        let before = carried.load(Ordering::Relaxed);
        let (mut reports, mut ahead) = (Vec::new(), 0);
        let mut tell = |done: u64, _| {
            reports.push(done);
            let left = carried.load(Ordering::Relaxed) - before;
            ahead = ahead.max(done.saturating_sub(left));
        };
        let options = PutOptions::new().progress(&mut tell);
        let put = client.put(&mut &content[..], Some(SIZE as u64), b"/new", options);
        assert_eq!(put.expect("sent").bytes, SIZE as u64);
        let step = largest_step(&reports);
        println!(
            "{}: up {} reports, step {step}, ahead {ahead}",
            dialect.name,
            reports.len()
        );
        assert_eq!(reports.last(), Some(&(SIZE as u64)));
        assert_eq!(ahead, 0, "{}", dialect.name);
        assert!(step <= 20, "{}: {step} of 1000", dialect.name);
    }
}

#[test]
fn a_download_is_told_in_small_steps() {
    for dialect in [&EC2X, &NL668] {
        let content: Vec<u8> = (0..SIZE).map(sample).collect();
        let (mut client, _) = client(dialect, &content);
        let mut reports = Vec::new();
        let mut tell = |done: u64, _| reports.push(done);
        let mut taken = Vec::new();
        let options = GetOptions::new().progress(&mut tell);
        client.get(b"/old", &mut taken, options).expect("fetched");
        assert!(taken == content);
        let step = largest_step(&reports);
        println!(
            "{}: down {} reports, step {step}",
            dialect.name,
            reports.len()
        );
        assert_eq!(reports.last(), Some(&(SIZE as u64)));
        assert!(step <= 20, "{}: {step} of 1000", dialect.name);
    }
}
