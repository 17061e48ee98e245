//! The outcome of a run of the program, and what counts as a right one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What a run of `qftp --json` left.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    /// The document on standard output, where it succeeded.
    document: Value,
    /// The error on standard error, where it failed.
    pub(crate) error: Value,
    pub(crate) stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let last = stderr.lines().last().unwrap_or_default();
        let told: Value = serde_json::from_str(last).unwrap_or_default();
        Outcome {
            code: output.status.code(),
            document: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            error: told["error"].clone(),
            stderr,
        }
    }
}

impl Outcome {
    pub(crate) fn is_success(&self) -> bool {
        self.code == Some(0)
    }

    /// The byte at which the transfer began.
    pub(crate) fn offset(&self) -> u64 {
        self.document["offset"].as_u64().expect("an offset")
    }

    pub(crate) fn attempts(&self) -> u64 {
        self.document["attempts"].as_u64().expect("a number")
    }

    /// Insists on a success, and a file at the other end that is equal.
    pub(crate) fn expect_whole(&self, file: &Path, data: &[u8], context: &str) {
        assert!(
            self.is_success(),
            "{context}: {:?} {}",
            self.code,
            self.stderr
        );
        let there = fs::read(file).unwrap_or_default();
        let (length, wanted) = (there.len(), data.len());
        assert_eq!(
            sha256(&there),
            sha256(data),
            "{context}: {length} bytes of {wanted}"
        );
    }

    /// Insists on a whole file, or on an error that claims no byte which is not there.
    pub(crate) fn expect_true(&self, file: &Path, data: &[u8], context: &str) {
        if self.is_success() {
            self.expect_whole(file, data, context);
            return;
        }
        let message = self.error["message"].as_str().unwrap_or_default();
        assert!(
            !message.is_empty(),
            "{context}: {:?} {}",
            self.code,
            self.stderr
        );
        let confirmed = self.error["bytes_confirmed"].as_u64().unwrap_or(0);
        let confirmed = usize::try_from(confirmed).expect("in memory");
        let there = fs::read(part(file)).unwrap_or_default();
        assert!(
            there.get(..confirmed) == data.get(..confirmed),
            "{context}: {confirmed} bytes are not in place: {message}"
        );
    }
}

/// Returns the part in which a download grows, where there is one; else the file.
fn part(file: &Path) -> PathBuf {
    let name = file.file_name().expect("a name").to_string_lossy();
    let begin = format!(".{name}.");
    let folder = file.parent().expect("a folder");
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let found = entries.map(|entry| entry.path()).find(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.starts_with(&begin) && name.ends_with(".part")
    });
    found.unwrap_or_else(|| file.to_owned())
}

fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}
