//! Many downloads of one run: what is synced when, and what a kill or an error between the steps leaves.

use std::collections::BTreeSet;
use std::fs;

use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::servers::{Kind, Server};

use crate::running::Run;
use crate::system_calls::{Call, traced};
use crate::transfers::{outcomes, server_and_home};

const CALLS: &str = "fsync,fdatasync,syncfs,rename";

/// A server with so many files of 5 bytes, and a module in this process, which makes no calls that are counted.
fn server_with(count: usize) -> ((Emulator, Server), Run, String) {
    let module = Emulator::on_pty(None, EmulatorOptions::new(&EC2X)).expect("a module");
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, &module.url().expect("a path"));
    server.make_folder("d");
    for n in 0..count {
        let path = server.root.join(format!("d/{n}"));
        fs::write(path, content(n)).expect("written");
    }
    ((module, server), run, format!("{url}/d"))
}

fn content(n: usize) -> String {
    format!("{n:05}")
}

/// Insists that each of the files is whole under its name, or is a part, and returns how many have their names.
fn whole(run: &Run, count: usize) -> usize {
    let mut whole = 0;
    for entry in fs::read_dir(run.path("d")).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("text");
        if name.starts_with('.') {
            assert!(entry.path().extension().is_some_and(|end| end == "part"));
            continue;
        }
        let n = name.parse().expect("a number");
        assert_eq!(fs::read_to_string(entry.path()).expect(&name), content(n));
        whole += 1;
    }
    assert!(whole <= count);
    whole
}

/// Insists that all files are whole under their names, and that nothing else is there.
fn all_are_there(run: &Run, count: usize) {
    assert_eq!(whole(run, count), count);
    let names = fs::read_dir(run.path("d")).expect("a folder");
    assert_eq!(names.count(), count, "a part was left");
}

/// One batch as strace shows it: how the content was synced, what was renamed, and how often the folder was synced.
#[derive(Debug, Default)]
struct Batch {
    together: usize,
    one_by_one: BTreeSet<String>,
    renamed: BTreeSet<String>,
    folders: usize,
}

/// Sorts calls into batches. A sync of content behind a rename begins the next one.
fn batches(calls: &[Call]) -> Vec<Batch> {
    let mut batches = vec![Batch::default()];
    for call in calls {
        let is_content = call.name == "syncfs" || call.text.contains(".part>");
        if is_content
            && batches
                .last()
                .is_some_and(|batch| !batch.renamed.is_empty())
        {
            batches.push(Batch::default());
        }
        let Some(batch) = batches.last_mut() else {
            unreachable!("there is one")
        };
        let part = || {
            let start = call.text.rfind("/.").map_or(0, |at| at + 2);
            let name = call.text[start..].split('.').next();
            name.unwrap_or_default().to_owned()
        };
        match call.name.as_str() {
            "syncfs" => batch.together += 1,
            "rename" => {
                let (from, _) = call.text.split_once("\", ").expect("two names");
                let start = from.rfind("/.").expect("a part") + 2;
                let name = from[start..].split('.').next().expect("a name");
                batch.renamed.insert(name.to_owned());
            }
            _ if is_content => drop(batch.one_by_one.insert(part())),
            _ => batch.folders += 1,
        }
    }
    batches
}

/// The content of all before the first name, and the folder once behind the last one.
#[test]
fn many_files_are_synced_together() {
    let (_ends, run, url) = server_with(250);
    let (ended, calls) = traced(&run, &["-q", "get", "-r", &url], CALLS, &["-y"]);
    ended.expect(0);
    all_are_there(&run, 250);
    let batches = batches(&calls);
    for batch in &batches {
        let is_synced = batch.together == 1 || batch.renamed.is_subset(&batch.one_by_one);
        assert!(is_synced && batch.folders == 1, "{batch:#?}");
    }
    let renamed: usize = batches.iter().map(|batch| batch.renamed.len()).sum();
    assert_eq!(renamed, 250);
    assert!((3..=125).contains(&batches.len()), "{}", batches.len());
}

#[test]
fn several_urls_and_patterns_are_synced_together() {
    let (_ends, run, url) = server_with(20);
    let (one, pattern) = (format!("{url}/0"), format!("{url}/[1-9]*"));
    let words = ["--json", "get", &one, &pattern, "-o", "d", "--create-dirs"];
    let (ended, calls) = traced(&run, &words, CALLS, &["-y"]);
    assert_eq!(outcomes(&ended.expect(0).rows()), ["done"; 20]);
    all_are_there(&run, 20);
    assert!(batches(&calls).len() <= 10, "{}", calls.len());
    // Each one is looked for under its name, so each has to have it.
    fs::remove_dir_all(run.path("d")).expect("removed");
    let words = [&words[..], &["--no-clobber"]].concat();
    let (ended, calls) = traced(&run, &words, CALLS, &["-y"]);
    assert_eq!(outcomes(&ended.expect(0).rows()), ["done"; 20]);
    assert_eq!(batches(&calls).len(), 20);
}

#[test]
fn what_is_not_to_be_synced_waits_for_nothing() {
    let (_ends, run, url) = server_with(20);
    let words = ["-q", "get", "-r", "--no-fsync", &url];
    let (ended, calls) = traced(&run, &words, CALLS, &[]);
    ended.expect(0);
    all_are_there(&run, 20);
    assert!(calls.iter().all(|call| call.name == "rename"));
    assert_eq!(calls.len(), 20);
}

/// Kills before the first sync, and in the middle of the names: the next run ends what this one began.
#[test]
fn a_kill_leaves_whole_files_and_parts() {
    for kill in [
        "inject=syncfs,fsync:signal=KILL:when=1",
        "inject=rename:signal=KILL:when=1",
        "inject=rename:signal=KILL:when=13",
    ] {
        let (_ends, run, url) = server_with(40);
        let words = ["-q", "get", "-r", &url];
        let (ended, _) = traced(&run, &words, CALLS, &["-e", kill]);
        assert_eq!(ended.code, -1, "{kill}: killed");
        let expected = if kill.ends_with("13") { 12 } else { 0 };
        assert_eq!(whole(&run, 40), expected, "{kill}");
        let parts = fs::read_dir(run.path("d")).expect("a folder").count();
        assert!(parts > expected, "{kill}: what was complete is still there");
        let words = ["-q", "get", "-r", "--continue", &url];
        run.run(&words).expect(0);
        all_are_there(&run, 40);
    }
}

#[test]
fn an_error_of_the_sync_of_all_is_that_of_the_file_that_has_it() {
    let (_ends, run, url) = server_with(20);
    let words = ["--json", "get", "-r", &url];
    let for_all = ["-e", "inject=syncfs:error=EIO"];
    let (ended, _) = traced(&run, &words, CALLS, &for_all);
    assert_eq!(outcomes(&ended.expect(0).rows()), ["done"; 20]);
    all_are_there(&run, 20);
    fs::remove_dir_all(run.path("d")).expect("removed");
    let for_one = [&for_all[..], &["-e", "inject=fsync:error=EIO:when=3"]].concat();
    let (ended, _) = traced(&run, &words, CALLS, &for_one);
    let rows = ended.expect(23).rows();
    let failed = rows.iter().filter(|row| row["outcome"] == "failed");
    assert_eq!((rows.len(), failed.count()), (20, 1), "{rows:?}");
    // Its part reads as if it were whole, so it is not left for the next run.
    all_are_there(&run, 19);
    run.run(&["-q", "get", "-r", "--continue", &url]).expect(0);
    all_are_there(&run, 20);
}
