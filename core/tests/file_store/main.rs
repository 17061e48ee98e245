//! The emulator's file store answers the file commands as the manuals say (COMMON 1), on disk and in memory.
#![cfg(all(unix, feature = "emulator"))]

mod folders;
mod handles;
mod model;
mod places;
mod transfers;

use std::io::{Read, Write};

use qftp::internal::emulator::{FileStore, Sink, Source, StoreOptions};
use qftp::module::store::{
    FileAnswer, FileError, FileRequest, LocalName, OpenMode, SeekFrom, Volume,
};

const PLACES: [Volume; 3] = [Volume::Ufs, Volume::Ram, Volume::Sd];
const MAX_OPEN: u32 = 10;

fn store_of(limit: u64) -> FileStore {
    FileStore::new(StoreOptions {
        ufs_limit: limit,
        sd_limit: limit,
        ram_limit: limit,
        ..StoreOptions::default()
    })
    .unwrap()
}

fn local(storage: Volume, name: &[u8]) -> LocalName {
    let name = name.to_vec();
    LocalName { storage, name }
}

fn try_open(store: &mut FileStore, name: &LocalName, mode: OpenMode) -> Result<u32, FileError> {
    let name = name.clone();
    match store.handle(FileRequest::Open { name, mode })? {
        FileAnswer::Handle(handle) => Ok(handle),
        other => panic!("{other:?}"),
    }
}

fn open(store: &mut FileStore, name: &LocalName) -> u32 {
    try_open(store, name, OpenMode::CreateOrOpen).unwrap()
}

fn create(store: &mut FileStore, name: &LocalName, size: u64) -> Result<FileAnswer, FileError> {
    let name = name.clone();
    store.handle(FileRequest::Create { name, size })
}

fn write(store: &mut FileStore, handle: u32, data: &[u8]) -> Result<FileAnswer, FileError> {
    let data = data.to_vec();
    store.handle(FileRequest::Write { handle, data })
}

fn written(written: u64, total: u64) -> FileAnswer {
    FileAnswer::Written { written, total }
}

fn read(store: &mut FileStore, handle: u32, length: Option<u64>) -> Vec<u8> {
    match store.handle(FileRequest::Read { handle, length }) {
        Ok(FileAnswer::Data(data)) => data,
        other => panic!("{other:?}"),
    }
}

fn seek(
    store: &mut FileStore,
    handle: u32,
    offset: u64,
    from: SeekFrom,
) -> Result<FileAnswer, FileError> {
    store.handle(FileRequest::Seek {
        handle,
        offset,
        from,
    })
}

fn close(store: &mut FileStore, handle: u32) {
    assert_eq!(
        store.handle(FileRequest::Close(handle)),
        Ok(FileAnswer::Done)
    );
}

fn open_sink(store: &FileStore, name: &LocalName, offset: u64) -> Result<Sink, FileError> {
    store.claim_sink(name, offset)?.open()
}

fn put(store: &mut FileStore, name: &LocalName, data: &[u8]) {
    let mut sink = open_sink(store, name, 0).unwrap();
    sink.write_all(data).unwrap();
}

fn get(store: &FileStore, name: &LocalName) -> Vec<u8> {
    let mut data = Vec::new();
    let mut source = store.open_source(name, 0).unwrap();
    source.read_to_end(&mut data).unwrap();
    data
}

fn list(
    store: &mut FileStore,
    storage: Volume,
    name: Option<&[u8]>,
) -> Result<Vec<(LocalName, u64)>, FileError> {
    let name = name.map(<[u8]>::to_vec);
    match store.handle(FileRequest::List { storage, name })? {
        FileAnswer::Files(files) => Ok(files),
        other => panic!("{other:?}"),
    }
}

fn delete(store: &mut FileStore, storage: Volume, name: Option<&[u8]>) -> Result<usize, FileError> {
    let name = name.map(<[u8]>::to_vec);
    match store.handle(FileRequest::Delete { storage, name })? {
        FileAnswer::Removed(count) => Ok(count),
        other => panic!("{other:?}"),
    }
}

fn space(store: &mut FileStore, storage: Volume) -> (u64, u64) {
    match store.handle(FileRequest::Space(storage)) {
        Ok(FileAnswer::Space { free, total }) => (free, total),
        other => panic!("{other:?}"),
    }
}
