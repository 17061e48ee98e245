//! Completion in a shell: what the program offers at a place, and the script of bash.

use std::process::Command;

use crate::running::Run;

/// Returns what is offered for the last of some words.
fn offered(run: &Run, words: &[&str]) -> Vec<String> {
    let index = words.len().to_string();
    let words = [&["--", "qftp"], words].concat();
    let mut command = run.command(&words);
    command
        .env("QFTP_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", index);
    let output = command.output().expect("the program");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(str::to_owned).collect()
}

fn assert_offers(run: &Run, words: &[&str], expected: &[&str]) {
    let found = offered(run, words);
    for name in expected {
        assert!(
            found.iter().any(|found| found == name),
            "{words:?}: {found:?}"
        );
    }
}

#[test]
fn what_may_stand_at_a_place_is_offered() {
    let run = Run::new();
    std::fs::create_dir_all(run.path(".config/qftp")).expect("a folder");
    run.file(
        ".config/qftp/config.toml",
        "[ports]\ndesk = '/dev/ttyUSB7'\n[profiles.bench]\nbaud = 9600\n[profiles.field]\n",
    );
    assert_offers(&run, &["m"], &["mv", "mkdir", "mirror", "man"]);
    assert_offers(&run, &["--di"], &["--dialect"]);
    assert_offers(
        &run,
        &["--dialect", ""],
        &["ec2x", "nl668", "gsm", "EC25", "M95"],
    );
    assert_offers(&run, &["--profile", ""], &["bench", "field"]);
    assert_offers(&run, &["--port", ""], &["desk", "auto"]);
    assert_offers(&run, &["ls", "-p", "d"], &["desk"]);
    assert_offers(&run, &["-b", ""], &["auto", "115200"]);
    assert_offers(&run, &["emulate", "--con"], &["--control"]);
    assert!(!offered(&run, &["--profile", "b"]).contains(&"field".to_owned()));
    // A file that is wrong is told by the command, and not while one is typed.
    run.file(".config/qftp/config.toml", "[ports");
    assert_offers(&run, &["--port", ""], &["auto"]);
    assert_eq!(offered(&run, &["--profile", ""]), Vec::<String>::new());
}

#[test]
fn bash_completes_by_the_script() {
    let run = Run::new();
    let script = run.run(&["completions", "bash"]).expect(0).text();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_qftp"));
    let folder = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").expect("a path");
    let words = "COMP_WORDS=(qftp --dialect nl); COMP_CWORD=2; COMP_TYPE=9";
    let call = "_clap_complete_qftp qftp nl --dialect; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--norc", "-c", &format!("{script}\n{words}\n{call}")])
        .env("PATH", format!("{folder}:{path}"))
        .output()
        .expect("bash");
    let shown = String::from_utf8(output.stdout).expect("text");
    assert_eq!(
        shown.trim(),
        "nl668",
        "{:?}",
        String::from_utf8(output.stderr)
    );
}
