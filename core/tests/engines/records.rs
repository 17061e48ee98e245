//! Every conversation with a module becomes a record of its line and back, without loss.

use std::fs;
use std::path::{Path, PathBuf};

use qftp::record::Record;
use qftp_test::conversation::notation::{self, Mark};
use qftp_test::conversation::{parse, records};

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "txt") {
            found.push(path);
        }
    }
}

/// Returns a line with its payload as bytes, however it is written.
fn plain(mark: Mark, text: &str) -> (Mark, Vec<u8>) {
    let payload = matches!(mark, Mark::Send | Mark::Receive);
    let bytes = parse::bytes(text).filter(|_| payload);
    (
        mark,
        bytes.map_or_else(|| text.into(), |bytes| bytes.bytes()),
    )
}

#[test]
fn conversations_and_records_convert_without_loss() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut count = 0;
    for folder in ["recordings", "conversations", "conformance"] {
        let mut found = Vec::new();
        collect(&tests.join(folder), &mut found);
        assert!(!found.is_empty(), "{folder}");
        for path in found {
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).expect("a readable file");
            for script in notation::read(&name, &text) {
                let record = records::record(&script);
                let read = Record::parse(record.emit().as_bytes());
                assert_eq!(read.as_ref(), Ok(&record), "{name}: {}", script.title);
                let back = records::lines(&record);
                let back: Vec<_> = back.iter().map(|(mark, text)| plain(*mark, text)).collect();
                let lines = script.lines.iter();
                let there: Vec<_> = lines.map(|line| plain(line.mark, &line.text)).collect();
                assert_eq!(back, there, "{name}: {}", script.title);
                count += 1;
            }
        }
    }
    assert!(count > 300, "{count}");
}
