//! Paths that are longer than a command takes: the client goes to the directory, and names the file there.
//!
//! A module of `gsm` takes 50 bytes for the name of a file, and 100 for a directory (001 §2.2.3, §2.2.5). Other
//! operations must not see the change. The directory is kept while the same one is asked for, and left before anything
//! else: by the absolute path that the user went to last. Where there is none, a new login brings the first directory
//! back: `..` would go astray behind a link.

use super::composed;
use super::connection::Client;
use super::error::Error;
use super::payload::OperationPayload;
use crate::dialect::{CommandKind, Dialect, Kind};
use crate::host::Operation;

impl Client {
    /// Returns the operation as it stands in the directory that the session is in, after going to another one where a
    /// path is too long.
    pub(super) fn placed<'a>(&mut self, operation: Operation<'a>) -> Result<Operation<'a>, Error> {
        use CommandKind::{FtpDelete, FtpGet, FtpPut, FtpRename, FtpSize};
        let mut placed = operation;
        match &mut placed {
            Operation::Put { remote, .. }
            | Operation::PutAscii { remote, .. }
            | Operation::StoreSend { remote, .. } => {
                *remote = self.name_of(FtpPut, remote)?;
            }
            Operation::Get { remote, .. }
            | Operation::GetAscii(remote)
            | Operation::StoreFetch { remote, .. } => {
                *remote = self.name_of(FtpGet, remote)?;
            }
            Operation::Size(path) => *path = self.name_of(FtpSize, path)?,
            Operation::Delete(path) => *path = self.name_of(FtpDelete, path)?,
            Operation::Rename { from, to } => {
                let (directory, name) = composed::split(to);
                if composed::split(from).0 == directory {
                    let short = self.name_of(FtpRename, from)?;
                    if short.len() < from.len() {
                        *to = name;
                    }
                    *from = short;
                } else {
                    self.leave_directory()?;
                }
            }
            Operation::Modified(_)
            | Operation::List(..)
            | Operation::MakeDir(_)
            | Operation::RemoveDir(_)
            | Operation::ChangeDir(_)
            | Operation::WorkingDir
            | Operation::Raw(_) => self.leave_directory()?,
            Operation::Login(_) => self.memory.visited = None,
            _ => {}
        }
        Ok(placed)
    }

    /// Returns the path, or the name of its file where the session is in its directory.
    fn name_of<'a>(&mut self, kind: CommandKind, path: &'a [u8]) -> Result<&'a [u8], Error> {
        let (directory, name) = composed::split(path);
        if self.memory.visited.as_deref() == Some(directory) {
            return Ok(name);
        }
        self.leave_directory()?;
        let dialect = self.dialect();
        if !is_longer(dialect, kind, path) || is_longer(dialect, kind, name) {
            return Ok(path);
        }
        let Some(steps) =
            limit(dialect, CommandKind::FtpChangeDir).and_then(|limit| in_steps(directory, limit))
        else {
            return Ok(path);
        };
        // A step that fails leaves the session between two directories.
        self.memory.visited = Some(Vec::new());
        for step in steps {
            self.run_placed(Operation::ChangeDir(step), OperationPayload::None)?;
        }
        self.memory.visited = Some(directory.to_vec());
        Ok(name)
    }

    /// Goes back to the directory of the user.
    pub(super) fn leave_directory(&mut self) -> Result<(), Error> {
        if self.memory.visited.is_none() {
            return Ok(());
        }
        let directories = self.memory.directories.clone();
        if !self.memory.starts_absolute()
            && let Some(login) = self.memory.login.clone()
        {
            self.run_placed(Operation::Login(&login), OperationPayload::None)?;
        }
        for directory in directories {
            self.run_placed(Operation::ChangeDir(&directory), OperationPayload::None)?;
        }
        self.memory.visited = None;
        Ok(())
    }
}

/// Returns the most bytes that a command takes as its first parameter, if it states a limit.
fn limit(dialect: &Dialect, kind: CommandKind) -> Option<usize> {
    let params = dialect.command(kind)?.write?;
    match params.first()?.kind {
        Kind::Name(limit) | Kind::Text(limit) => Some(limit),
        _ => None,
    }
}

fn is_longer(dialect: &Dialect, kind: CommandKind, path: &[u8]) -> bool {
    limit(dialect, kind).is_some_and(|limit| path.len() > limit)
}

/// Splits a directory into steps of at most so many bytes; `None` where one name alone is longer.
fn in_steps(directory: &[u8], limit: usize) -> Option<Vec<&[u8]>> {
    let mut steps = Vec::new();
    let mut rest = directory;
    while rest.len() > limit {
        let end = memchr::memrchr(b'/', &rest[..=limit]).filter(|end| *end > 0)?;
        steps.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        steps.push(rest);
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{ec2x::EC2X, gsm::GSM};

    #[test]
    fn limits_are_those_of_the_tables() {
        let path = [b'a'; 51];
        assert!(is_longer(&GSM, CommandKind::FtpPut, &path));
        assert!(!is_longer(&GSM, CommandKind::FtpPut, &path[1..]));
        assert!(!is_longer(&EC2X, CommandKind::FtpPut, &path));
        assert_eq!(limit(&GSM, CommandKind::FtpChangeDir), Some(100));
    }

    #[test]
    fn a_directory_is_walked_in_steps() {
        let steps = |directory: &'static str, limit| {
            in_steps(directory.as_bytes(), limit).map(|steps| {
                let steps = steps.iter();
                steps
                    .map(|step| String::from_utf8_lossy(step).into_owned())
                    .collect::<Vec<_>>()
            })
        };
        let some = |steps: &[&str]| Some(steps.iter().map(|step| (*step).to_owned()).collect());
        assert_eq!(steps("/a/b/c", 6), some(&["/a/b/c"]));
        assert_eq!(steps("/a/b/c", 5), some(&["/a/b", "c"]));
        assert_eq!(steps("/a/b/c", 4), some(&["/a/b", "c"]));
        assert_eq!(steps("/a/b/c", 3), some(&["/a", "b/c"]));
        assert_eq!(steps("/", 3), some(&["/"]));
        assert_eq!(steps("abcd/e", 3), None);
        assert_eq!(steps("/abc/e", 3), None);
        assert_eq!(steps("/ab/e", 3), some(&["/ab", "e"]));
    }
}
