//! Carries out operations on the tree of the fake server.

use std::collections::btree_map::Entry as Slot;
use std::fmt::Write as _;

use qftp::ftp::{
    Account, FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpStore, FtpValue, Retrieve,
    RetrieveKind,
};

use super::{Entry, LARGEST, Running, Server, done, failed, refused, told};

impl Server {
    pub(super) fn carry_out(&mut self, operation: FtpOperation) -> Result<Running, FtpFailure> {
        let outcome = match operation {
            FtpOperation::Open(account) => self.open(&account)?,
            FtpOperation::Cwd(path) => {
                let path = self.path(&path);
                match self.tree.get(&path) {
                    Some(Entry::Directory) => self.here = path,
                    _ => return Err(refused(550)),
                }
                done(250, FtpValue::None)
            }
            FtpOperation::CdUp => {
                let end = self.here.rfind('/').unwrap_or(0);
                self.here.truncate(end.max(1));
                done(250, FtpValue::None)
            }
            FtpOperation::Status(None) => told(211, "FTP server status:\r\nOK"),
            FtpOperation::Status(Some(path)) => {
                let path = self.path(&path);
                let text = self.listing(RetrieveKind::List, &path)?;
                told(213, String::from_utf8_lossy(&text).trim_end())
            }
            FtpOperation::System => told(215, "UNIX Type: L8"),
            FtpOperation::Noop => done(200, FtpValue::None),
            FtpOperation::Pwd => done(257, FtpValue::Path(self.here.clone().into_bytes())),
            FtpOperation::Size(path) => match self.file(&self.path(&path)) {
                Some(content) => done(213, FtpValue::Size(content.len() as u64)),
                None => return Err(refused(550)),
            },
            FtpOperation::ModifiedTime(path) => match self.tree.get(&self.path(&path)) {
                Some(Entry::File { time, .. }) => {
                    done(213, FtpValue::Time(time.clone().into_bytes()))
                }
                _ => return Err(refused(550)),
            },
            FtpOperation::Delete(path) => {
                let path = self.path(&path);
                if self.file(&path).is_none() {
                    return Err(refused(550));
                }
                self.tree.remove(&path);
                done(250, FtpValue::None)
            }
            FtpOperation::MakeDir(path) => match self.tree.entry(self.path(&path)) {
                Slot::Occupied(_) => return Err(refused(550)),
                Slot::Vacant(slot) => {
                    let made = slot.key().as_bytes().to_vec();
                    slot.insert(Entry::Directory);
                    done(257, FtpValue::Path(made))
                }
            },
            FtpOperation::RemoveDir(path) => {
                let path = self.path(&path);
                let inside = format!("{path}/");
                let empty = !self.tree.keys().any(|known| known.starts_with(&inside));
                if !empty || !matches!(self.tree.get(&path), Some(Entry::Directory)) {
                    return Err(refused(550));
                }
                self.tree.remove(&path);
                done(250, FtpValue::None)
            }
            FtpOperation::Rename { from, to } => {
                let entry = self
                    .tree
                    .remove(&self.path(&from))
                    .ok_or_else(|| refused(550))?;
                self.tree.insert(self.path(&to), entry);
                done(250, FtpValue::None)
            }
            FtpOperation::Store(store) => return self.store(&store),
            FtpOperation::Retrieve(retrieve) => return self.retrieve(&retrieve),
            FtpOperation::Quit => done(221, FtpValue::None),
            _ => return Err(refused(502)),
        };
        Ok(Running::Ended(Ok(outcome)))
    }

    fn open(&mut self, account: &Account) -> Result<FtpOutcome, FtpFailure> {
        match (account.host.as_slice(), account.password.as_slice()) {
            (b"no.such.name", _) => Err(failed(FailureKind::Dns)),
            (b"192.0.2.99", _) => Err(failed(FailureKind::Network)),
            (_, b"wrong") => Err(refused(530)),
            _ => {
                self.is_open = true;
                self.here = "/".into();
                Ok(done(230, FtpValue::None))
            }
        }
    }

    fn store(&mut self, store: &FtpStore) -> Result<Running, FtpFailure> {
        let path = self.path(&store.path);
        let kept = match (self.tree.get(&path), store.offset) {
            (Some(Entry::Directory), _) => return Err(refused(553)),
            (None | Some(_), 0) => Vec::new(),
            (Some(Entry::File { content, .. }), offset) if offset <= content.len() as u64 => {
                content
                    .iter()
                    .take(usize::try_from(offset).unwrap_or(0))
                    .copied()
                    .collect()
            }
            (_, LARGEST..) => return Err(failed(FailureKind::Position)),
            // A new file starts with as many bytes 0 (003 §1.2.15).
            (entry, offset) => {
                let mut content = match entry {
                    Some(Entry::File { content, .. }) => content.clone(),
                    _ => Vec::new(),
                };
                content.resize(usize::try_from(offset).unwrap_or(0), 0);
                content
            }
        };
        self.put(&path, kept, None);
        let up = Running::Up {
            path,
            moved: 0,
            finished: false,
        };
        Ok(Running::Connecting(up.into()))
    }

    fn retrieve(&mut self, retrieve: &Retrieve) -> Result<Running, FtpFailure> {
        let path = self.path(&retrieve.path);
        let content = match retrieve.what {
            RetrieveKind::File => {
                let content = self.file(&path).ok_or_else(|| refused(550))?;
                let offset = usize::try_from(retrieve.offset).unwrap_or(usize::MAX);
                content.get(offset..).ok_or_else(|| refused(554))?.to_vec()
            }
            what => self.listing(what, &path)?,
        };
        let limit = retrieve.limit.and_then(|limit| usize::try_from(limit).ok());
        let rest = content[..content.len().min(limit.unwrap_or(usize::MAX))].to_vec();
        Ok(Running::Connecting(Running::Down { rest, moved: 0 }.into()))
    }

    fn listing(&self, what: RetrieveKind, path: &str) -> Result<Vec<u8>, FtpFailure> {
        match self.tree.get(path) {
            Some(Entry::Directory) => {}
            Some(Entry::File { content, .. }) if self.lists_files && what == RetrieveKind::List => {
                let size = content.len();
                let line = format!("-rw-r--r-- 1 test test {size} Jan 02 2026 {path}\r\n");
                return Ok(line.into_bytes());
            }
            _ => return Err(refused(550)),
        }
        let inside = if path == "/" {
            "/".into()
        } else {
            format!("{path}/")
        };
        let mut text = String::new();
        for (known, entry) in &self.tree {
            let Some(name) = known.strip_prefix(&inside) else {
                continue;
            };
            if name.is_empty() || name.contains('/') {
                continue;
            }
            let (mark, kind, size) = match entry {
                Entry::Directory => ('d', "dir", 0),
                Entry::File { content, .. } => ('-', "file", content.len()),
            };
            let written = match what {
                RetrieveKind::Nlst => write!(text, "{name}\r\n"),
                RetrieveKind::Mlsd => write!(text, "type={kind};size={size}; {name}\r\n"),
                _ => write!(
                    text,
                    "{mark}rw-r--r-- 1 test test {size} Jan 02 2026 {name}\r\n"
                ),
            };
            written.expect("room in a string");
        }
        Ok(text.into_bytes())
    }

    /// Returns the path from the root on; `.` and an empty name are the directory of the session.
    fn path(&self, path: &[u8]) -> String {
        let path: String = path.iter().map(|byte| char::from(*byte)).collect();
        match path.as_str() {
            "" | "." => self.here.clone(),
            "/" => "/".into(),
            path if path.starts_with('/') => path.into(),
            path if self.here == "/" => format!("/{path}"),
            path => format!("{}/{path}", self.here),
        }
    }
}
