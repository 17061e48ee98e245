//! A fake file store: files in memory, by the words of [`qftp::module::store`].

use std::collections::BTreeMap;

use qftp::module::store::{
    FileAnswer, FileError, FileRequest, LocalName, OpenMode, SeekFrom, Volume,
};

/// Bytes in each place.
const TOTAL: u64 = 100_000;
const MAX_OPEN: usize = 10;

#[derive(Debug)]
struct Open {
    name: LocalName,
    mode: OpenMode,
    position: usize,
}

/// The store, and what is open in it.
#[derive(Debug, Default)]
pub struct Store {
    files: BTreeMap<LocalName, Vec<u8>>,
    open: BTreeMap<u32, Open>,
}

impl Store {
    pub fn put(&mut self, name: LocalName, content: Vec<u8>) {
        self.files.insert(name, content);
    }

    pub fn file(&self, name: &LocalName) -> Option<&Vec<u8>> {
        self.files.get(name)
    }

    fn used(&self, storage: Volume) -> u64 {
        let there = self
            .files
            .iter()
            .filter(|(name, _)| name.storage == storage);
        there.map(|(_, content)| content.len() as u64).sum()
    }

    pub fn answer(&mut self, request: FileRequest) -> Result<FileAnswer, FileError> {
        match request {
            FileRequest::Space(storage) => Ok(FileAnswer::Space {
                free: TOTAL - self.used(storage),
                total: TOTAL,
            }),
            FileRequest::Usage => Ok(FileAnswer::Usage {
                bytes: self.used(Volume::Ufs),
                files: self
                    .files
                    .keys()
                    .filter(|name| name.storage == Volume::Ufs)
                    .count() as u64,
            }),
            FileRequest::List { storage, name } => self.list(storage, name),
            FileRequest::Delete { storage, name } => self.delete(storage, name.as_deref()),
            FileRequest::Open { name, mode } => {
                let there = self.files.contains_key(&name);
                if self.open.values().any(|open| open.name == name) {
                    return Err(FileError::AlreadyOpen);
                }
                match mode {
                    OpenMode::ReadOnly if !there => return Err(FileError::NotFound),
                    OpenMode::CreateOrEmpty => {
                        self.files.insert(name.clone(), Vec::new());
                    }
                    _ => {
                        self.files.entry(name.clone()).or_default();
                    }
                }
                self.new_handle(name, mode)
            }
            FileRequest::Create { name, size } => {
                if self.files.contains_key(&name) {
                    return Err(FileError::Exists);
                }
                if size > TOTAL - self.used(name.storage) {
                    return Err(FileError::NoSpace);
                }
                self.files.insert(name.clone(), Vec::new());
                self.new_handle(name, OpenMode::CreateOrOpen)
            }
            FileRequest::Handles => {
                let open = self.open.iter();
                let row = |(handle, open): (&u32, &Open)| {
                    (open.name.clone(), *handle, open.mode.number())
                };
                Ok(FileAnswer::Handles(open.map(row).collect()))
            }
            FileRequest::Close(handle) => {
                let closed = self.open.remove(&handle);
                closed.map(|_| FileAnswer::Done).ok_or(FileError::Handle)
            }
            FileRequest::Read { handle, .. }
            | FileRequest::Write { handle, .. }
            | FileRequest::Seek { handle, .. }
            | FileRequest::Position(handle)
            | FileRequest::Left(handle)
            | FileRequest::Truncate(handle) => {
                let open = self.open.get_mut(&handle).ok_or(FileError::Handle)?;
                let content = self.files.entry(open.name.clone()).or_default();
                open.carry_out(content, request)
            }
            other => panic!("no answer to {other:?}"),
        }
    }

    fn list(&self, storage: Volume, wanted: Option<Vec<u8>>) -> Result<FileAnswer, FileError> {
        let there = self
            .files
            .iter()
            .filter(|(name, _)| name.storage == storage);
        let all = there.map(|(name, content)| (name.clone(), content.len() as u64));
        let Some(wanted) = wanted else {
            return Ok(FileAnswer::Files(all.collect()));
        };
        let found: Vec<_> = all.filter(|(name, _)| name.name == wanted).collect();
        if found.is_empty() {
            return Err(FileError::NotFound);
        }
        Ok(FileAnswer::Files(found))
    }

    fn delete(&mut self, storage: Volume, wanted: Option<&[u8]>) -> Result<FileAnswer, FileError> {
        let meant = |name: &LocalName| {
            name.storage == storage && wanted.is_none_or(|wanted| name.name == wanted)
        };
        if self.open.values().any(|open| meant(&open.name)) {
            return Err(FileError::AlreadyOpen);
        }
        let before = self.files.len();
        self.files.retain(|name, _| !meant(name));
        match before - self.files.len() {
            0 if wanted.is_some() => Err(FileError::NotFound),
            removed => Ok(FileAnswer::Removed(removed)),
        }
    }

    fn new_handle(&mut self, name: LocalName, mode: OpenMode) -> Result<FileAnswer, FileError> {
        if self.open.len() >= MAX_OPEN {
            return Err(FileError::TooManyOpen);
        }
        let handle = (1..=u32::MAX)
            .find(|number| !self.open.contains_key(number))
            .ok_or(FileError::Open)?;
        let position = 0;
        self.open.insert(
            handle,
            Open {
                name,
                mode,
                position,
            },
        );
        Ok(FileAnswer::Handle(handle))
    }
}

impl Open {
    fn carry_out(
        &mut self,
        content: &mut Vec<u8>,
        request: FileRequest,
    ) -> Result<FileAnswer, FileError> {
        match request {
            FileRequest::Read { length, .. } => {
                let rest = &content[self.position..];
                let length = length.and_then(|length| usize::try_from(length).ok());
                let data = rest[..rest.len().min(length.unwrap_or(usize::MAX))].to_vec();
                self.position += data.len();
                Ok(FileAnswer::Data(data))
            }
            FileRequest::Write { data, .. } => {
                if self.mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly);
                }
                let end = self.position + data.len();
                content.resize(content.len().max(end), 0);
                content[self.position..end].copy_from_slice(&data);
                self.position = end;
                Ok(FileAnswer::Written {
                    written: data.len() as u64,
                    total: content.len() as u64,
                })
            }
            FileRequest::Seek { offset, from, .. } => {
                let offset = usize::try_from(offset).map_err(|_| FileError::BeyondEnd)?;
                let target = match from {
                    SeekFrom::Start => Some(offset),
                    SeekFrom::Current => self.position.checked_add(offset),
                    SeekFrom::End => content.len().checked_sub(offset),
                };
                self.position = target
                    .filter(|target| *target <= content.len())
                    .ok_or(FileError::BeyondEnd)?;
                Ok(FileAnswer::Done)
            }
            FileRequest::Position(_) => Ok(FileAnswer::Position(self.position as u64)),
            FileRequest::Left(_) => Ok(FileAnswer::Left((content.len() - self.position) as u64)),
            FileRequest::Truncate(_) => {
                if self.mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly);
                }
                content.truncate(self.position);
                Ok(FileAnswer::Done)
            }
            request => panic!("not of an open file: {request:?}"),
        }
    }
}
