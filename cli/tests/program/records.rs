//! Records: what `--record` writes, what `qftp trace` shows of it, and that a replay of it is the same again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use qftp_test::conversation::notation::{self, Mark};
use qftp_test::conversation::records;
use serde_json::{Value, json};

use crate::running::Run;

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/recordings")
}

/// Every record of the repository ends as it did when it was made.
#[test]
fn every_record_replays_by_its_own_command_line() {
    let mut count = 0;
    for entry in fs::read_dir(recordings()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "jsonl") {
            continue;
        }
        count += 1;
        let text = fs::read_to_string(&path).expect("a record");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let words = lines[0]["command"].as_array().expect("a command line");
        let words = words.iter().map(|word| word.as_str().expect("a word"));
        let exit = lines.iter().find(|line| line["kind"] == "exit");
        let exit = exit.and_then(|line| line["code"].as_i64()).expect("an end");

        let run = Run::new().with("QFTP_PASSWORD", "word");
        for file in fs::read_dir(recordings().join("files")).expect("files") {
            let file = file.expect("an entry");
            run.file(file.file_name(), fs::read(file.path()).expect("a file"));
        }
        let port = format!("replay://{}", path.display());
        let again = run.path("again.jsonl");
        let again = again.to_str().expect("UTF-8");
        let mut replay = vec!["-p", &port, "--record", again];
        replay.extend(words);
        let ended = run.run(&replay);
        assert_eq!(
            i64::from(ended.code),
            exit,
            "{}: {}",
            path.display(),
            ended.stderr
        );

        // The replay went to the end of the record, line by line.
        let lines_of = |text: &str| {
            let lines = text.lines().skip(1);
            let lines = lines.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
            let of_the_line = |line: &Value| line["text"].is_string();
            let lines = lines.filter(of_the_line).map(|line| line["text"].clone());
            lines.collect::<Vec<_>>()
        };
        let second = fs::read_to_string(again).expect("a record");
        assert_eq!(lines_of(&second), lines_of(&text), "{}", path.display());
    }
    assert!(count > 0);
}

#[test]
fn a_record_has_no_password_and_only_its_owner_reads_it() {
    let run = Run::new().with("QFTP_PORT", "emulator://ec25");
    run.file("a.jsonl", "what was there");
    run.run(&["--record", "a.jsonl", "at", "AT+CPIN=\"73519\""])
        .expect(103);
    let path = run.path("a.jsonl");
    let text = fs::read_to_string(&path).expect("a record");
    assert!(
        text.contains("AT+CPIN=***") && !text.contains("73519"),
        "{text}"
    );
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shown = run
        .run(&["trace", "a.jsonl"])
        .expect(0)
        .lacks("73519")
        .text();
    assert!(shown.contains("qftp at 'AT+CPIN=***'\n"), "{shown}");
    assert!(
        shown.contains("< +CME ERROR: 3   operation not allowed\n"),
        "{shown}"
    );
    assert!(shown.contains("* exit code 103\n"), "{shown}");
    let document = run.run(&["--json", "trace", "a.jsonl"]).expect(0).json();
    assert_eq!(document["summary"]["errors"], json!(1));
    let rows = document["rows"].as_array().expect("rows");
    assert!(
        rows.iter()
            .any(|row| row["meaning"] == "operation not allowed")
    );
}

#[test]
fn what_cannot_be_recorded_is_refused_before_anything_is_sent() {
    let run = Run::new().with("QFTP_PORT", "emulator://ec25");
    let ended = run.run(&["--record", ".", "at", "AT"]).expect(23);
    assert!(
        ended.stderr.contains(".: a record is a file"),
        "{}",
        ended.stderr
    );
    let ended = run.run(&["--record", "a", "ports"]).expect(2);
    assert!(
        ended.stderr.contains("does not take --record"),
        "{}",
        ended.stderr
    );
    assert!(!run.path("a").exists());
    let ended = run.run(&["--record-payload", "at", "AT"]).expect(2);
    assert!(
        ended.stderr.contains("give --record FILE"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_replay_of_another_command_names_the_line_of_the_record() {
    let record = recordings().join("ec25-missing.jsonl");
    let port = format!("replay://{}", record.display());
    let run = Run::new()
        .with("QFTP_PORT", &port)
        .with("QFTP_PASSWORD", "word");
    let ended = run.run(&["--json", "rm", "ftp://other@h/nothing.txt"]);
    let error = ended.error();
    let message = error["message"].as_str().expect("a message");
    let text = fs::read_to_string(&record).expect("a record");
    let line = text.lines().position(|line| line.contains("account"));
    let line = line.expect("the account") + 1;
    assert!(
        message.contains(&format!("line {line}: the record has")),
        "{message}"
    );
    assert!(
        message.contains("other") && !message.contains("word"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_no_record_is_refused() {
    let run = Run::new();
    run.file("a.txt", "AT+CSQ\n").file(
        "later.jsonl",
        "{\"qftp-record\":2,\"qftp\":\"9.0.0\",\"port\":\"serial\"}\n",
    );
    let ended = run.run(&["trace", "a.txt"]).expect(26);
    assert!(
        ended
            .stderr
            .contains("a.txt: line 1 of the record: it is not"),
        "{}",
        ended.stderr
    );
    let ended = run.run(&["trace", "later.jsonl"]).expect(26);
    assert!(ended.stderr.contains("version 2"), "{}", ended.stderr);
    let ended = run.run(&["-p", "replay://a.txt", "at", "AT"]).expect(2);
    assert!(
        ended.stderr.contains("line 1 of the record"),
        "{}",
        ended.stderr
    );
    run.run(&["trace", "missing"]).expect(26);
}

/// The transcripts of real modules, as records.
#[test]
fn every_recording_of_a_terminal_can_be_shown() {
    let run = Run::new();
    for dialect in qftp::dialect::ALL {
        for entry in fs::read_dir(recordings().join(dialect.name)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a file");
            let name = path.display().to_string();
            for script in notation::read(&name, &text) {
                run.file("a.jsonl", records::record(&script).emit());
                let shown = run.run(&["trace", "a.jsonl"]).expect(0).text();
                for line in &script.lines {
                    let mark = match line.mark {
                        Mark::Type => '>',
                        Mark::Answer if !line.text.trim().is_empty() => '<',
                        _ => continue,
                    };
                    let row = format!(" {mark} {}", line.text.trim());
                    assert!(shown.contains(&row), "{name}: {row}\n{shown}");
                }
            }
        }
    }
}

#[test]
fn the_commands_of_a_record_are_typed_at_a_module_up_to_the_first_difference() {
    let run = Run::new().with("QFTP_PORT", "emulator://ec25");
    run.run(&["--record", "a.jsonl", "at", "AT+CSQ"]).expect(0);
    let ended = run.run(&["--json", "replay", "a.jsonl"]).expect(0);
    assert_eq!(ended.json()["commands"], json!(4));
    let ended = run
        .run(&["replay", "a.jsonl", "-p", "emulator://bg96"])
        .expect(1);
    assert!(
        ended
            .stderr
            .contains("of the record: the module answered \"EC25\""),
        "{}",
        ended.stderr
    );
    run.run(&["--record", "b.jsonl", "at", "AT+CPIN=\"1234\""])
        .expect(103);
    let ended = run.run(&["replay", "b.jsonl"]).expect(2);
    assert!(ended.stderr.contains("QFTP_PASSWORD"), "{}", ended.stderr);
}
