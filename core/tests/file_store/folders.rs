//! A folder on disk: names that would leave it, things in it that are no files, changes by another program.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::*;

fn store_on(ufs: &Path) -> FileStore {
    FileStore::new(StoreOptions {
        ufs: Some(ufs.to_path_buf()),
        ufs_limit: 1000,
        ..StoreOptions::default()
    })
    .unwrap()
}

fn ufs(name: &[u8]) -> LocalName {
    local(Volume::Ufs, name)
}

/// What each way to reach a file answers.
fn refusals(store: &mut FileStore, name: &[u8]) -> [Option<FileError>; 8] {
    let name = &ufs(name);
    [
        try_open(store, name, OpenMode::CreateOrOpen).err(),
        try_open(store, name, OpenMode::CreateOrEmpty).err(),
        try_open(store, name, OpenMode::ReadOnly).err(),
        create(store, name, 1).err(),
        store.open_source(name, 0).err(),
        open_sink(store, name, 0).err(),
        list(store, Volume::Ufs, Some(&name.name)).err(),
        delete(store, Volume::Ufs, Some(&name.name)).err(),
    ]
}

#[test]
fn a_name_does_not_leave_the_folder() {
    let around = tempfile::tempdir().unwrap();
    fs::write(around.path().join("secret"), "secret").unwrap();
    let folder = around.path().join("ufs");
    let store = &mut store_on(&folder);
    fs::create_dir(folder.join("sub")).unwrap();
    fs::write(folder.join("sub/file"), "in a folder").unwrap();
    let absolute = around.path().join("secret").into_os_string().into_vec();
    for name in [
        &b".."[..],
        b".",
        b"../secret",
        b"./file",
        b"sub/file",
        b"sub/../../secret",
        b"/",
        b"..\\secret",
        b"secret\0",
        b"*",
        absolute.as_slice(),
    ] {
        // A long path may be refused for its length already.
        for refusal in refusals(store, name) {
            assert!(
                matches!(refusal, Some(FileError::Name | FileError::Input)),
                "{} {refusal:?}",
                name.escape_ascii()
            );
        }
    }
    assert!(
        refusals(store, b"")
            .iter()
            .all(|refusal| *refusal == Some(FileError::Input))
    );
    assert_eq!(fs::read(around.path().join("secret")).unwrap(), b"secret");
    assert_eq!(fs::read(folder.join("sub/file")).unwrap(), b"in a folder");
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 2);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn what_is_no_regular_file_is_refused_at_once_and_not_listed() {
    let around = tempfile::tempdir().unwrap();
    let secret = around.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let folder = around.path().join("ufs");
    let store = &mut store_on(&folder);
    fs::write(folder.join("file"), "data").unwrap();
    symlink(&secret, folder.join("link")).unwrap();
    symlink("file", folder.join("link within")).unwrap();
    symlink(around.path().join("new"), folder.join("dangling")).unwrap();
    symlink("loop", folder.join("loop")).unwrap();
    symlink("/dev/zero", folder.join("to a device")).unwrap();
    fs::create_dir(folder.join("sub")).unwrap();
    let fifo = folder.join("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let _listener = UnixListener::bind(folder.join("socket")).unwrap();

    for name in [
        &b"link"[..],
        b"link within",
        b"dangling",
        b"loop",
        b"to a device",
        b"sub",
        b"fifo",
        b"socket",
    ] {
        let open = Some(FileError::Open);
        assert_eq!(
            refusals(store, name),
            [
                open,
                open,
                open,
                open,
                open,
                open,
                Some(FileError::NotFound),
                Some(FileError::Delete),
            ],
            "{}",
            name.escape_ascii()
        );
        let path = folder.join(OsStr::from_bytes(name));
        assert!(fs::symlink_metadata(path).is_ok(), "it is still there");
    }
    assert_eq!(list(store, Volume::Ufs, None), Ok(vec![(ufs(b"file"), 4)]));
    assert_eq!(space(store, Volume::Ufs), (996, 1000));
    assert_eq!(delete(store, Volume::Ufs, None), Ok(1));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 8);
    assert_eq!(fs::read(&secret).unwrap(), b"secret");
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 2);
}

#[test]
fn a_file_that_no_command_can_name_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = &mut store_on(folder.path());
    let longest = [b'x'; 80];
    for name in [
        &b"a:b"[..],
        b"a\"b",
        b"a\nb",
        b"back\\slash",
        b"*",
        &[b'x'; 81],
        &longest,
    ] {
        fs::write(folder.path().join(OsStr::from_bytes(name)), "data").unwrap();
    }
    assert_eq!(list(store, Volume::Ufs, None), Ok(vec![(ufs(&longest), 4)]));
    assert_eq!(delete(store, Volume::Ufs, None), Ok(1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn names_on_disk_are_the_bytes_of_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = &mut store_on(folder.path());
    let name = b"\xE4 \xFF.txt";
    put(store, &ufs(name), b"data");
    let path = folder.path().join(OsString::from_vec(name.to_vec()));
    assert_eq!(fs::read(&path).unwrap(), b"data");
    fs::remove_file(&path).unwrap();
    assert_eq!(list(store, Volume::Ufs, None), Ok(Vec::new()));
}

#[test]
fn files_that_somebody_else_puts_and_takes_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    fs::write(&other, [0; 600]).unwrap();
    let store = &mut store_on(folder.path());
    assert_eq!(space(store, Volume::Ufs), (400, 1000));
    let handle = open(store, &ufs(b"a"));
    assert_eq!(write(store, handle, &[0; 401]), Err(FileError::DriveFull));
    fs::remove_file(&other).unwrap();
    assert_eq!(write(store, handle, &[0; 401]), Ok(written(401, 401)));
    close(store, handle);

    fs::write(&other, [0; 600]).unwrap();
    let mut sink = open_sink(store, &ufs(b"b"), 0).unwrap();
    let error = sink.write(&[0]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    drop(sink);
    assert_eq!(create(store, &ufs(b"c"), 1), Err(FileError::NoSpace));
    assert_eq!(
        space(store, Volume::Ufs),
        (0, 1000),
        "more than fits is no room"
    );
}

#[test]
fn a_file_that_somebody_else_cuts_has_nothing_behind_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = &mut store_on(folder.path());
    let handle = open(store, &ufs(b"a"));
    write(store, handle, b"0123456789").unwrap();
    fs::write(folder.path().join("a"), "01234").unwrap();
    assert_eq!(read(store, handle, None), b"");
    assert_eq!(
        store.handle(FileRequest::Left(handle)),
        Ok(FileAnswer::Left(0))
    );
    assert_eq!(
        seek(store, handle, 0, SeekFrom::Current),
        Err(FileError::BeyondEnd)
    );
    assert_eq!(
        store.handle(FileRequest::Truncate(handle)),
        Ok(FileAnswer::Done)
    );
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"01234");
    seek(store, handle, 1, SeekFrom::Start).unwrap();
    assert_eq!(read(store, handle, None), b"1234");
}

#[test]
fn a_folder_is_made_or_taken_as_it_is_and_stays() {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("deep/er");
    put(&mut store_on(&folder), &ufs(b"a"), b"data");
    assert_eq!(fs::read(folder.join("a")).unwrap(), b"data");
    assert_eq!(get(&store_on(&folder), &ufs(b"a")), b"data");
}

#[test]
fn a_folder_that_cannot_be_used_is_an_error_that_names_it() {
    let around = tempfile::tempdir().unwrap();
    let file = around.path().join("a file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let ufs = StoreOptions {
            ufs: Some(path.clone()),
            ..StoreOptions::default()
        };
        let sd = StoreOptions {
            sd: Some(path.clone()),
            ..StoreOptions::default()
        };
        for (options, place) in [(ufs, "UFS:"), (sd, "SD:")] {
            let error = FileStore::new(options).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
            let text = error.to_string();
            assert!(text.contains(&path.display().to_string()), "{text}");
            assert!(text.contains(place), "{text}");
        }
    }
}

#[test]
fn a_store_that_goes_on_while_its_folder_is_moved_stays_in_it() {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("ufs");
    let store = &mut store_on(&folder);
    let moved = around.path().join("moved");
    fs::rename(&folder, &moved).unwrap();
    symlink(around.path(), &folder).unwrap();
    put(store, &ufs(b"a"), b"data");
    assert_eq!(fs::read(moved.join("a")).unwrap(), b"data");
    assert!(!around.path().join("a").exists());
}
