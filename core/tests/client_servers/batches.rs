//! Downloads that are synced together: when their ends are told, and what a later step of the same run finds.

use std::fs;
use std::path::Path;

use qftp::ErrorKind;
use qftp::client::{
    Client, FileBatch, GetOptions, PartMode, RetryPolicy, TreeAction, TreeEvent, TreeOptions,
    TreeOutcome,
};
use qftp::dialect::ec2x::EC2X;
use qftp_test::servers::{Kind, Server};

use super::log_in;

fn server_with(files: &[(&str, &[u8])]) -> Server {
    let server = Server::start(Kind::Pyftpdlib);
    for (name, content) in files {
        let path = server.root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, content).expect("written");
    }
    server
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().into_string().expect("text"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_of_a_tree_has_its_name_when_its_end_is_told() {
    let files = [("d/a", &b"1"[..]), ("d/b", b"22"), ("d/e/c", b"333")];
    let server = server_with(&files);
    let folder = tempfile::tempdir().expect("a folder");
    let (_module, mut client) = log_in(&server, &EC2X);
    let mut told = Vec::new();
    let mut on_event = |event: TreeEvent<'_>| {
        if let TreeEvent::End(item) = event
            && item.action == TreeAction::Get
        {
            let content = fs::read(&item.local).expect("under its name");
            told.push((item.remote.clone(), content));
        }
    };
    let options = TreeOptions::new().on_event(&mut on_event);
    let report = client.get_tree(b"d", folder.path(), options);
    assert_eq!(report.expect("a report").files(), 3);
    let told: Vec<(&[u8], &[u8])> = told.iter().map(|(a, b)| (&a[..], &b[..])).collect();
    assert_eq!(
        told,
        files.map(|(name, content)| (name.as_bytes(), content))
    );
}

/// A file that moved: it is there before the old one goes.
#[test]
fn nothing_is_deleted_before_the_downloads_have_their_names() {
    let server = server_with(&[("d/new", b"content")]);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("old"), b"content").expect("written");
    let (_module, mut client) = log_in(&server, &EC2X);
    let mut seen = Vec::new();
    let mut on_event = |event: TreeEvent<'_>| {
        if let TreeEvent::Begin {
            action: TreeAction::Delete,
            ..
        } = event
        {
            seen = names(folder.path());
        }
    };
    let options = TreeOptions::new().mirror(true).delete(true);
    let report = client.get_tree(b"d", folder.path(), options.on_event(&mut on_event));
    assert_eq!(report.expect("a report").items.len(), 2);
    assert_eq!(seen, ["new", "old"]);
    assert_eq!(names(folder.path()), ["new"]);
}

#[cfg(unix)]
#[test]
fn two_names_of_one_target_end_as_one_by_one() {
    use std::os::unix::fs::symlink;
    let server = server_with(&[("d/a", b"1234567890"), ("d/b", b"12345")]);
    let (_module, mut client) = log_in(&server, &EC2X);
    for resume in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        // The link leads to a file that the first download makes.
        symlink("b", folder.path().join("a")).expect("a link");
        let options = TreeOptions::new().resume(resume);
        let report = client.get_tree(b"d", folder.path(), options);
        let items = report.expect("a report").items;
        let [first, second] = &items[..] else {
            panic!("{items:?}")
        };
        assert!(matches!(first.outcome, TreeOutcome::Transferred(_)));
        let content = fs::read(folder.path().join("b")).expect("there");
        match &second.outcome {
            TreeOutcome::Transferred(_) if !resume => assert_eq!(content, b"12345"),
            // The second one goes on in what the first one left, and that has more than its own file.
            TreeOutcome::Failed(error) if resume => {
                assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                assert_eq!(content, b"1234567890");
            }
            outcome => panic!("{resume}: {outcome:?}"),
        }
        assert_eq!(names(folder.path()), ["a", "b"]);
    }
}

/// Downloads with a batch, and returns how many results it has then.
fn get(client: &mut Client, name: &str, folder: &Path, batch: &mut FileBatch) -> usize {
    let options = GetOptions::new().part(PartMode::Leave).batch(batch);
    let moved = client.get_file(name.as_bytes(), &folder.join(name), options);
    moved.expect(name);
    batch.placed().len()
}

#[test]
fn a_failure_leaves_what_waits_to_the_end_of_the_batch() {
    let large = vec![7; 70_000];
    let server = server_with(&[("a", b"1"), ("b", b"22"), ("large", &large)]);
    let folder = tempfile::tempdir().expect("a folder");
    let (_module, mut client) = log_in(&server, &EC2X);
    client.set_retry(RetryPolicy::NONE);
    let mut batch = FileBatch::new();
    let placed = get(&mut client, "a", folder.path(), &mut batch);
    let options = GetOptions::new().part(PartMode::Leave).batch(&mut batch);
    let none = client.get_file(b"none", &folder.path().join("none"), options);
    assert!(none.is_err(), "it is not there");
    let rest = batch.finish();
    assert_eq!(placed + rest.len(), 1, "one download ended well");
    assert!(rest.iter().all(Result::is_ok));
    assert_eq!(names(folder.path()), ["a"]);
    // What does not wait lets nothing wait: the names come in the order of the downloads.
    let placed = get(&mut client, "b", folder.path(), &mut batch)
        + get(&mut client, "large", folder.path(), &mut batch);
    assert_eq!((placed, batch.finish().len()), (2, 0));
    assert_eq!(names(folder.path()), ["a", "b", "large"]);
    let placed = get(&mut client, "a", folder.path(), &mut batch);
    let options = GetOptions::new().batch(&mut batch); // its part would be lost in a kill
    let moved = client.get_file(b"b", &folder.path().join("c"), options);
    assert_eq!(moved.expect("a download").bytes, 2);
    assert_eq!(placed + batch.placed().len(), 2);
    assert_eq!(names(folder.path()), ["a", "b", "c", "large"]);
}

#[test]
fn times_and_permissions_are_those_of_a_single_download() {
    let server = server_with(&[("a", b"1"), ("b", b"22")]);
    let past = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let file = fs::File::options().write(true).open(server.root.join("b"));
    file.expect("a file").set_modified(past).expect("set");
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("b");
    fs::write(&target, b"old").expect("written");
    let mut permissions = fs::metadata(&target).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&target, permissions).expect("set");
    let (_module, mut client) = log_in(&server, &EC2X);
    let mut batch = FileBatch::new();
    for name in ["a", "b"] {
        let options = GetOptions::new().part(PartMode::Leave).keep_time(true);
        let path = folder.path().join(name);
        let moved = client.get_file(name.as_bytes(), &path, options.batch(&mut batch));
        moved.expect(name);
    }
    assert!(batch.finish().iter().all(Result::is_ok));
    let metadata = fs::metadata(&target).expect("there");
    assert_eq!(metadata.modified().expect("a time"), past);
    assert!(metadata.permissions().readonly());
    assert_eq!(fs::read(&target).expect("there"), b"22");
}
