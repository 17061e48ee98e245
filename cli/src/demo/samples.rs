//! The files of the demonstration: edge sizes, every byte value, and every terminator of an AT line.

use std::fs;
use std::path::Path;

use crate::exit::Exit;
use crate::problem::Problem;

/// Size of the big file in bytes.
const BIG: usize = 5_000_000;

/// Byte strings with a meaning outside a payload; inside a payload they must have none.
static TERMINATORS: &[&[u8]] = &[
    b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n",
    b"\r\nOK\r\n\r\n+QFTPPUT: 0,5\r\n",
    b"\r\nCONNECT\r\n",
    b"\r\nERROR\r\n",
    b"\r\n+CME ERROR: 609\r\n",
    b"\r\nNO CARRIER\r\n",
    b"+++",
    b"ATO\r",
    b"AT+QFTPCLOSE\r\n",
    b"\r\n+QIURC: \"pdpdeact\",1\r\n",
    b"\x04\x11\x13\x1a\x1b",
];

/// A file to transfer.
pub(super) struct Sample {
    pub(super) name: &'static str,
    content: Vec<u8>,
}

/// Returns all samples.
pub(super) fn all() -> Result<Vec<Sample>, Problem> {
    let sample = |name, content| Sample { name, content };
    Ok(vec![
        sample("empty.bin", Vec::new()),
        sample("one-byte.bin", vec![0]),
        sample("text.txt", text()),
        sample("terminators.bin", terminators()),
        sample("random.bin", random()?),
    ])
}

impl Sample {
    /// Writes the file into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Problem> {
        let path = folder.join(self.name);
        fs::write(&path, &self.content).map_err(|error| Problem::write(&path, &error))
    }
}

/// Returns lines such as a data logger writes.
fn text() -> Vec<u8> {
    let line = |number| format!("{number:04}; 2026-11-21 10:00:00; 21.5 °C; 1013 hPa\r\n");
    (0..500).map(line).collect::<String>().into_bytes()
}

/// Returns every terminator, each followed by every byte value, and at the end a trailer with the true length.
fn terminators() -> Vec<u8> {
    let mut content = Vec::new();
    for terminator in TERMINATORS {
        content.extend_from_slice(terminator);
        content.extend(0..=u8::MAX);
    }
    // States the very length of the file, as the real trailer behind it will.
    let length = content.len();
    let trailer = |length| format!("\r\nOK\r\n\r\n+QFTPGET: 0,{length}\r\n").into_bytes();
    let whole = length + trailer(length).len();
    content.extend(trailer(whole));
    content
}

fn random() -> Result<Vec<u8>, Problem> {
    let mut content = vec![0; BIG];
    getrandom::fill(&mut content)
        .map_err(|error| Problem::new(Exit::Failed, format!("no random numbers: {error}")))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminators_are_all_there_and_the_last_one_tells_the_true_length() {
        let content = terminators();
        for terminator in TERMINATORS {
            assert!(
                content
                    .windows(terminator.len())
                    .any(|part| part == *terminator)
            );
        }
        assert!((0..=u8::MAX).all(|byte| content.contains(&byte)));
        let end = format!("+QFTPGET: 0,{}\r\n", content.len());
        assert!(content.ends_with(end.as_bytes()));
    }
}
