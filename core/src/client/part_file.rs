//! The file in which a download grows: beside its target, under a name by which a later one finds it.
//!
//! The name has the size and the time of the remote file, so a part of another version is not taken for one of this. A
//! part that fits no version any more is removed. Two downloads of one target do not share a part: the second one, which
//! finds it locked, takes a name of its own.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::remote_version::{MOST_DIGITS, RemoteVersion};

/// The end of the name of every part.
const SUFFIX: &str = ".part";
/// The most bytes of the name of a file, on the file systems that are in use.
const LONGEST_NAME: usize = 255;
/// The bytes that the name of a part has beside that of its target, at most: dots, a size, `-`, a time.
const BESIDE: usize = 2 + 20 + 1 + MOST_DIGITS + SUFFIX.len();
/// The characters that are left of a name that is too long.
const CUT: usize = 40;

/// A file that becomes its target when it is complete.
#[derive(Debug)]
pub(super) struct PartFile {
    pub(super) file: File,
    path: PathBuf,
    target: PathBuf,
    /// Removes it when it is dropped.
    discard: bool,
}

impl PartFile {
    /// Makes a part that is removed unless it takes its target's place.
    pub(super) fn discarded(target: &Path) -> io::Result<Self> {
        let target = resolve(target)?;
        let name = file_name(&target)?;
        for attempt in 0..100 {
            let unique = format!("{}-{attempt}", std::process::id());
            let path = target.with_file_name(part_name(name, &unique));
            match open(&path, &target, OpenOptions::new().create_new(true)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    if holds(&file, &path)? {
                        return Ok(PartFile::new(file, path, target, true));
                    }
                }
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "too many unfinished downloads beside it",
        ))
    }

    /// Opens the part of this version of the remote file, or makes it. Parts of other versions are removed.
    pub(super) fn kept(target: &Path, version: &RemoteVersion) -> io::Result<Self> {
        let resolved = resolve(target)?;
        let name = file_name(&resolved)?;
        let path = resolved.with_file_name(part_name(name, &version.tag()));
        let mut file = open(
            &path,
            &resolved,
            OpenOptions::new().create(true).truncate(false),
        )?;
        if !holds(&file, &path)? {
            return PartFile::discarded(target);
        }
        remove_others(&resolved, name, &path);
        file.seek(SeekFrom::End(0))?;
        Ok(PartFile::new(file, path, resolved, false))
    }

    fn new(file: File, path: PathBuf, target: PathBuf, discard: bool) -> Self {
        PartFile {
            file,
            path,
            target,
            discard,
        }
    }

    /// Empties the part.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()
    }

    /// Returns its length in bytes.
    pub(super) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Returns the length of the target in bytes; 0 where there is none.
    pub(super) fn target_len(&self) -> u64 {
        fs::metadata(&self.target).map_or(0, |target| target.len())
    }

    /// Copies the target into the part, where the target has more.
    pub(super) fn begin_with_target(&mut self) -> io::Result<()> {
        if self.target_len() > self.len()? {
            self.clear()?;
            // What io::copy has for two files takes a kilobyte and more, and this is seldom.
            let mut target = File::open(&self.target)?;
            let (from, to): (&mut dyn Read, &mut dyn Write) = (&mut target, &mut self.file);
            io::copy(from, to)?;
        }
        Ok(())
    }

    /// Sets the time that the file is to have.
    pub(super) fn set_time(&self, time: Option<SystemTime>) -> io::Result<()> {
        time.map_or(Ok(()), |time| self.file.set_modified(time))
    }

    /// Takes the permissions of the target, if there is one.
    pub(super) fn take_permissions(&self) -> io::Result<()> {
        match fs::metadata(&self.target) {
            Ok(target) => self.file.set_permissions(target.permissions()),
            Err(_) => Ok(()),
        }
    }

    /// Brings the content to the disk. A part of which this failed is removed: it reads as if it were whole, and the next
    /// sync need not tell of it again.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        let synced = self.file.sync_all();
        self.discard |= synced.is_err();
        synced
    }

    /// Takes the name of the target.
    pub(super) fn take_name(&mut self) -> io::Result<()> {
        fs::rename(&self.path, &self.target)?;
        self.discard = false;
        Ok(())
    }

    /// Returns the target, links followed.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Returns the folder of the target.
    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.target)
    }

    /// Returns true for a part that a later download finds.
    pub(super) fn is_kept(&self) -> bool {
        !self.discard
    }

    /// Returns true where a download to this path may have the same target. File systems may ignore case, and several
    /// paths may lead to one folder.
    pub(super) fn may_be_for(&self, path: &Path) -> bool {
        let (Some(name), Ok(other)) = (self.target.file_name(), resolve(path)) else {
            return true;
        };
        other
            .file_name()
            .is_some_and(|other| name.eq_ignore_ascii_case(other))
            && is_same_folder(self.folder(), folder_of(&other))
    }

    /// Ends a download that failed: an empty part is of no use to a later one.
    pub(super) fn leave(mut self) {
        self.discard |= self.len().is_ok_and(|length| length == 0);
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if self.discard {
            let _ = fs::remove_file(&self.path); // it may be gone
        }
    }
}

/// Opens a part. Others may read no more of it than of its target: content may be secret while it grows, too.
fn open(path: &Path, target: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = options.read(true).write(true).open(path)?;
    #[cfg(unix)]
    if let Ok(target) = fs::metadata(target) {
        use std::os::unix::fs::PermissionsExt as _;
        // A later download goes on in it, whatever the target's owner may do.
        let mode = target.permissions().mode() & 0o777 | 0o600;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = target; // it has no mode here
    Ok(file)
}

/// Locks a part. Returns false where another download has it, or has removed or renamed it meanwhile.
fn holds(file: &File, path: &Path) -> io::Result<bool> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(is_at(file, path)),
    }
}

/// Tells whether a path still leads to an open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::symlink_metadata(path).map(place);
    there.is_ok_and(|there| file.metadata().map(place).is_ok_and(|here| here == there))
}

/// Returns true where two paths lead to one folder, or that cannot be told.
#[cfg(unix)]
fn is_same_folder(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |folder| fs::metadata(folder).map(|folder| (folder.dev(), folder.ino()));
    match (place(one), place(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => true,
    }
}

/// Returns true where two paths lead to one folder, or that cannot be told.
#[cfg(not(unix))]
fn is_same_folder(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => true,
    }
}

/// Returns true: an open file is neither removed nor renamed on these systems.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Returns the folder in which a file is.
fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|path| !path.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn file_name(target: &Path) -> io::Result<&OsStr> {
    let none = || io::Error::new(io::ErrorKind::InvalidInput, "not a file name");
    target.file_name().ok_or_else(none)
}

/// Returns `.NAME.TAG.part`.
fn part_name(name: &OsStr, tag: &str) -> OsString {
    let mut part = OsString::from(".");
    part.push(short(name));
    part.push(format!(".{tag}{SUFFIX}"));
    part
}

/// Returns a name, or its start and a number of all of it where the name of its part would be too long.
fn short(name: &OsStr) -> Cow<'_, OsStr> {
    if name.len() + BESIDE <= LONGEST_NAME {
        return Cow::Borrowed(name);
    }
    // FNV-1a: the same in every version of this program.
    let number = name
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let start: String = name.to_string_lossy().chars().take(CUT).collect();
    Cow::Owned(format!("{start}~{number:016x}").into())
}

/// Follows symbolic links, so that what they lead to is replaced and not they. Fails for a directory, and for a path that
/// only a directory can have: a download would find that at its end. Fails for a device or a pipe, which would be replaced.
fn resolve(target: &Path) -> io::Result<PathBuf> {
    let mut path = target.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) if path.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Err(_) if path.exists() && !path.is_file() => {
                let text = "neither a file nor a directory";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            Err(_) if names_directory(&path) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Returns true for a path that ends as that of a directory.
fn names_directory(path: &Path) -> bool {
    let last = path.as_os_str().as_encoded_bytes().last();
    last.is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

/// Removes parts of other versions of the same target, unless a download holds them.
fn remove_others(target: &Path, name: &OsStr, keep: &Path) {
    let Ok(entries) = fs::read_dir(folder_of(target)) else {
        return;
    };
    let prefix = [b".", short(name).as_encoded_bytes(), b"."].concat();
    for entry in entries.flatten() {
        let other = entry.file_name();
        let bytes = other.as_encoded_bytes();
        let tag = bytes
            .strip_prefix(prefix.as_slice())
            .and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
        let is_version = tag.is_some_and(|tag| {
            tag.contains(&b'-')
                && tag
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || *byte == b'-')
        });
        if is_version && keep.file_name() != Some(&other) {
            remove_unlocked(&entry.path());
        }
    }
}

/// Removes a file that no other download has locked.
fn remove_unlocked(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path); // it stays: a nuisance, and no harm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(size: u64, time: &str) -> RemoteVersion {
        RemoteVersion {
            size: Some(size),
            modified: Some(time.to_owned()),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("text")
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_part_is_found_again_for_its_version_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("f.bin");
        let mut part = PartFile::kept(&target, &version(10, "20260101000000")).expect("a part");
        part.file.write_all(b"abc").expect("written");
        part.leave();
        assert_eq!(names(folder.path()), [".f.bin.10-20260101000000.part"]);
        let part = PartFile::kept(&target, &version(10, "20260101000000")).expect("a part");
        assert_eq!(part.len().expect("a length"), 3);
        drop(part);
        let part = PartFile::kept(&target, &version(11, "20260101000000")).expect("a part");
        assert_eq!(part.len().expect("a length"), 0);
        assert_eq!(names(folder.path()), [".f.bin.11-20260101000000.part"]);
        part.leave();
        assert!(names(folder.path()).is_empty(), "an empty part is not left");
    }

    #[test]
    fn the_longest_name_has_parts_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        // Of two bytes a character; both begin alike.
        let long = ["a", "b"].map(|end| format!("{}{end}", "\u{e9}".repeat(127)));
        let [one, other] = long.clone().map(|name| folder.path().join(name));
        let time = "9".repeat(1000);
        for (target, content) in [(&one, b"one"), (&other, b"two")] {
            let mut part = PartFile::kept(target, &version(u64::MAX, &time)).expect("a part");
            part.file.write_all(content).expect("written");
            part.leave();
        }
        assert_eq!(names(folder.path()).len(), 2);
        let mut part = PartFile::kept(&other, &version(u64::MAX, &time)).expect("a part");
        assert_eq!(part.len().expect("a length"), 3);
        part.take_name().expect("in place");
        let whole = PartFile::discarded(&one).expect("a part");
        assert_eq!(fs::read(&other).expect("there"), b"two");
        drop(whole);
        let newer = PartFile::kept(&one, &version(1, "1")).expect("a part");
        newer.leave();
        assert_eq!(names(folder.path()), [long[1].clone()], "no part is left");
        let short = OsStr::new("f.bin");
        assert_eq!(part_name(short, "5-"), ".f.bin.5-.part");
    }

    #[test]
    fn what_is_no_file_is_no_target() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing/");
        let socket = tempfile::tempdir().expect("another folder");
        let socket = socket.path().join("socket");
        #[cfg(unix)]
        let _bound = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        for (target, kind) in [
            (folder.path().to_owned(), io::ErrorKind::IsADirectory),
            (missing, io::ErrorKind::NotADirectory),
            #[cfg(unix)]
            (socket, io::ErrorKind::InvalidInput),
        ] {
            for opened in [
                PartFile::kept(&target, &version(1, "")),
                PartFile::discarded(&target),
            ] {
                assert_eq!(opened.expect_err("no file").kind(), kind, "{target:?}");
            }
        }
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_part_in_use_is_not_shared_and_not_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("f");
        let first = PartFile::kept(&target, &version(1, "")).expect("a part");
        let second = PartFile::kept(&target, &version(1, "")).expect("another");
        let third = PartFile::kept(&target, &version(2, "")).expect("another version");
        assert_eq!(names(folder.path()).len(), 3);
        drop(second);
        third.leave();
        let mut first = first;
        first.take_name().expect("in place");
        assert_eq!(names(folder.path()), ["f"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_of_the_target_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link] = ["real", "link"].map(|name| folder.path().join(name));
        fs::write(&real, b"old").expect("written");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).expect("set");
        symlink("real", &link).expect("a link");
        let mut part = PartFile::discarded(&link).expect("a part");
        part.file.write_all(b"new").expect("written");
        let growing = part.file.metadata().expect("a part").permissions().mode();
        assert_eq!(growing & 0o777, 0o600, "while it grows, too");
        part.take_permissions().expect("those of the target");
        part.take_name().expect("in place");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&real).expect("there"), b"new");
        let mode = fs::metadata(&real).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        symlink("loop", folder.path().join("loop")).expect("a link");
        assert!(PartFile::discarded(&folder.path().join("loop")).is_err());
    }

    #[test]
    fn a_shorter_target_is_where_a_part_begins() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("f");
        fs::write(&target, b"1000 bytes").expect("written");
        let mut part = PartFile::kept(&target, &version(99, "")).expect("a part");
        part.begin_with_target().expect("copied");
        assert_eq!(part.len().expect("a length"), 10);
        part.file.write_all(b"!").expect("written at the end");
        part.begin_with_target().expect("nothing to copy");
        assert_eq!(part.len().expect("a length"), 11);
        assert_eq!(fs::read(&target).expect("there"), b"1000 bytes");
        part.leave();
    }
}
