//! Looks into the memory of another process, as a core dump of it would show it.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};

/// A place in the memory of a process where some bytes stand.
#[derive(Debug, PartialEq, Eq)]
pub struct Copy {
    /// The name of the region: `[heap]`, `[stack]`, a file, or nothing.
    pub region: String,
    /// The bytes before them.
    pub before: Vec<u8>,
}

/// Finds all copies of these bytes in the memory that a process can write to.
///
/// # Panics
///
/// The process is gone, or its memory cannot be read.
pub fn copies(process: u32, bytes: &[u8]) -> Vec<Copy> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("the map of the memory");
    let mut memory = File::open(format!("/proc/{process}/mem")).expect("the memory");
    let mut found = Vec::new();
    for line in maps.lines() {
        // `from-to rights offset device inode name`
        let mut words = line.split_ascii_whitespace();
        let range = words.next().expect("a range");
        let rights = words.next().expect("rights");
        let region = words.nth(3).unwrap_or_default();
        if !rights.starts_with("rw") || region.starts_with("[v") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("two addresses");
        let address = |text| u64::from_str_radix(text, 16).expect("an address");
        let (start, end) = (address(start), address(end));
        let mut content = vec![0; usize::try_from(end - start).expect("a length")];
        memory.seek(SeekFrom::Start(start)).expect("an address");
        // A guard page has no content.
        if memory.read_exact(&mut content).is_ok() {
            let windows = content.windows(bytes.len()).enumerate();
            found.extend(
                windows
                    .filter(|(_, window)| *window == bytes)
                    .map(|(at, _)| Copy {
                        region: region.to_owned(),
                        before: content[at.saturating_sub(30)..at].to_vec(),
                    }),
            );
        }
    }
    found
}

/// Returns true if a process waits in a write to this file.
///
/// # Panics
///
/// The process is gone.
pub fn waits_in_write(process: u32, file: u32) -> bool {
    // The number of the call and its arguments; "running" for a process that runs.
    let call = fs::read_to_string(format!("/proc/{process}/syscall")).expect("its state");
    call.starts_with(&format!("{WRITE} {file:#x} "))
}

/// The number of `write`.
const WRITE: u32 = if cfg!(target_arch = "x86_64") { 1 } else { 64 };
