//! The files that the demonstration carries: sizes at the edge, every byte value, and everything that ends something
//! on an AT line.

use std::fs;
use std::path::Path;

use crate::exit::Exit;
use crate::problem::Problem;

/// Bytes of the big file.
const BIG: usize = 5_000_000;

/// What means something on the line outside a payload, so that inside one it must mean nothing.
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

/// A file to carry.
pub(super) struct Sample {
    pub(super) name: &'static str,
    content: Vec<u8>,
}

/// All of them.
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
    /// Writes it into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Problem> {
        let path = folder.join(self.name);
        fs::write(&path, &self.content).map_err(|error| Problem::write(&path, &error))
    }
}

/// Lines as a logger in the field writes them.
fn text() -> Vec<u8> {
    let line = |number| format!("{number:04}; 2026-11-21 10:00:00; 21.5 °C; 1013 hPa\r\n");
    (0..500).map(line).collect::<String>().into_bytes()
}

/// Every terminator in the middle, every byte value after it, a true trailer at the very end.
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
