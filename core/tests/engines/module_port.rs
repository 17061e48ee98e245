//! A port to a module in memory, under a simulated clock, for a client.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use qftp::client::{Client, ClientOptions};
use qftp::module::Module;
use qftp::port::Port;
use qftp_test::conversation::play::Terminal;
use qftp_test::harness::Harness;

/// A module in memory, and the lines that were typed at it.
#[derive(Clone)]
pub(crate) struct ModulePort {
    harness: Arc<Mutex<Harness>>,
    typed: Arc<Mutex<Vec<String>>>,
    carried: Arc<AtomicU64>,
}

impl ModulePort {
    /// Makes one whose server has a file of 1,000 bytes, and lists files by their paths.
    pub(crate) fn new(module: Module) -> Self {
        let mut harness = Harness::around(module);
        harness.server.put("/old", vec![7; 1000], None);
        harness.server.lists_files = true;
        ModulePort {
            harness: Arc::new(Mutex::new(harness)),
            typed: Arc::default(),
            carried: Arc::default(),
        }
    }

    /// Returns what is behind the port.
    pub(crate) fn harness(&self) -> MutexGuard<'_, Harness> {
        self.harness.lock().expect("no test panics with it")
    }

    /// Connects a client.
    pub(crate) fn client(&self) -> Client {
        self.client_with(ClientOptions::new())
    }

    /// Connects a client with these options.
    pub(crate) fn client_with(&self, options: ClientOptions) -> Client {
        let typed = Arc::clone(&self.typed);
        let options = options.on_line(move |line| {
            if line.sent {
                let text = line.text.escape_ascii().to_string();
                typed.lock().expect("the lines").push(text);
            }
        });
        let client = options.with_port(Box::new(self.clone()));
        client.expect("a module")
    }

    /// Takes the lines that were typed.
    pub(crate) fn typed(&self) -> Vec<String> {
        std::mem::take(&mut *self.typed.lock().expect("the lines"))
    }
}

impl ModulePort {
    /// Takes the number of bytes that the line has carried, both ways.
    pub(crate) fn carried(&self) -> u64 {
        self.carried.swap(0, Ordering::Relaxed)
    }
}

impl Port for ModulePort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let mut harness = self.harness();
        let end = harness.now + timeout;
        harness.settle();
        while harness.printed.is_empty() && harness.now < end {
            let next = harness.next_moment().unwrap_or(end).min(end);
            let now = harness.now;
            harness.pass(next.saturating_sub(now));
            harness.settle();
        }
        let count = buffer.len().min(harness.printed.len());
        buffer[..count].copy_from_slice(&harness.printed[..count]);
        harness.printed.drain(..count);
        self.carried.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        self.harness().write(bytes);
        self.carried
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        Some(self.harness().now)
    }

    fn pause(&mut self, time: Duration) {
        self.harness().pass(time);
    }

    fn name(&self) -> &'static str {
        "a module in memory"
    }
}
