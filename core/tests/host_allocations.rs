//! After its first operations the host engine allocates nothing: in a transfer, for one more command, for lines of an idle
//! line.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use qftp::dialect;
use qftp::host::{Event, Host, Operation};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the pointer came from `System`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const NOW: Duration = Duration::ZERO;
/// Begins the command that sets the start of a transfer (001 §2.2.8).
const SETTING: &[u8] = b"AT+QFTPCFG=";

fn drained(host: &mut Host, chunk: &[u8]) -> (u64, bool) {
    let (mut moved, mut done) = (0, false);
    loop {
        let mut wanted = false;
        while let Some(event) = host.poll_event() {
            match event {
                Event::Data(data) => moved += data.len() as u64,
                Event::WantData => wanted = true,
                Event::Done(result) => done = result.is_ok(),
                _ => {}
            }
        }
        if wanted {
            host.supply(chunk);
        }
        let Some(bytes) = host.poll_transmit() else {
            return (moved, done);
        };
        let count = bytes.len();
        host.transmitted(NOW, count);
    }
}

fn download(size: u64) -> u64 {
    let chunk: Vec<u8> = (0..4096u32)
        .map(|n| u8::try_from(n * 7 % 256).unwrap_or(0))
        .collect();
    let trailer = format!("\r\nOK\r\n\r\n+QFTPGET: 0,{size}\r\n");
    let mut host = Host::new(dialect::ALL[1]);
    let operation = Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(size),
    };
    let before = ALLOCATIONS.with(Cell::get);
    host.start(NOW, operation).expect("started");
    drained(&mut host, b"");
    host.handle_input(NOW, b"\r\nCONNECT\r\n");
    let mut moved = drained(&mut host, b"").0;
    while moved < size {
        let count = usize::try_from(size - moved)
            .unwrap_or(usize::MAX)
            .min(chunk.len());
        host.handle_input(NOW, &chunk[..count]);
        moved += drained(&mut host, b"").0;
    }
    host.handle_input(NOW, trailer.as_bytes());
    assert_eq!(drained(&mut host, b""), (0, true));
    ALLOCATIONS.with(Cell::get) - before
}

fn upload(size: u64) -> u64 {
    let chunk = vec![b'x'; 4096];
    let trailer = format!("\r\nOK\r\n\r\n+QFTPPUT: 0,{size}\r\n");
    let mut host = Host::new(dialect::ALL[1]);
    let before = ALLOCATIONS.with(Cell::get);
    host.start(
        NOW,
        Operation::Put {
            remote: b"f",
            offset: 0,
            length: size,
            last: true,
        },
    )
    .expect("started");
    drained(&mut host, &chunk);
    host.handle_input(NOW, b"\r\nCONNECT\r\n");
    drained(&mut host, &chunk);
    host.handle_input(NOW, trailer.as_bytes());
    assert_eq!(drained(&mut host, &chunk), (0, true));
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn allocations_do_not_grow_with_the_transfer() {
    for transfer in [download, upload] {
        let small = transfer(1 << 20);
        let large = transfer(1 << 24);
        assert_eq!(small, large);
        assert!(small < 40, "{small} allocations for a transfer");
    }
}

/// Returns what a module of the dialect says behind a question for a size, an upload and a download of 4 bytes.
fn answers(dialect: &str) -> [(Operation<'static>, &'static [&'static [u8]]); 3] {
    let put = Operation::Put {
        remote: b"folder/file.bin",
        offset: 0,
        length: 4,
        last: true,
    };
    let get = Operation::Get {
        remote: b"folder/file.bin",
        offset: 0,
        length: None,
        expected: Some(4),
    };
    let size = Operation::Size(b"folder/file.bin");
    match dialect {
        "gsm" => [
            (size, &[b"\r\nOK\r\n\r\n+QFTPSIZE:1000000\r\n"]),
            (put, &[b"\r\nOK\r\n\r\nCONNECT\r\n", b"\r\n+QFTPPUT:4\r\n"]),
            (
                get,
                &[b"\r\nOK\r\n\r\nCONNECT\r\n", b"abcd\r\n+QFTPGET:4\r\n"],
            ),
        ],
        // It has no question for a size.
        "nl668" => [
            (
                Operation::Delete(b"folder/file.bin"),
                &[b"\r\nOK\r\n\r\n+FTPDEL: 1\r\n"],
            ),
            (
                put,
                &[b"\r\nOK\r\n\r\n+FTPSTOR: 2\r\n", b"\r\n+FTPSTOR: 1\r\n"],
            ),
            (
                get,
                &[
                    b"\r\nOK\r\n\r\n+FTPRETR: 2\r\n",
                    b"abcd\x03\r\n+FTPRETR: 1\r\n",
                ],
            ),
        ],
        _ => [
            (size, &[b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1000000\r\n"]),
            (
                put,
                &[b"\r\nCONNECT\r\n", b"\r\nOK\r\n\r\n+QFTPPUT: 0,4\r\n"],
            ),
            (
                get,
                &[b"\r\nCONNECT\r\n", b"abcd\r\nOK\r\n\r\n+QFTPGET: 0,4\r\n"],
            ),
        ],
    }
}

#[test]
fn one_more_command_allocates_nothing() {
    for dialect in dialect::ALL {
        let mut host = Host::new(dialect);
        let mut exchange = |operation: Operation<'_>, said: &[&[u8]]| {
            let before = ALLOCATIONS.with(Cell::get);
            host.start(NOW, operation).expect("started");
            // A GSM module is told once that transfers start at 0.
            let sets = |host: &Host| {
                host.poll_transmit()
                    .is_some_and(|line| line.starts_with(SETTING))
            };
            if sets(&host) {
                drained(&mut host, b"");
                host.handle_input(NOW, b"\r\nOK\r\n\r\n+QFTPCFG:0\r\n");
            }
            let mut done = drained(&mut host, b"abcd").1;
            for part in said {
                host.handle_input(NOW, part);
                done = drained(&mut host, b"abcd").1;
            }
            let count = ALLOCATIONS.with(Cell::get) - before;
            assert!(done, "{}: {operation:?} has ended well", dialect.name);
            count
        };
        let said = answers(dialect.name);
        // The buffers grow, and settings of the line are made known.
        for (operation, parts) in said {
            exchange(operation, parts);
        }
        for (operation, parts) in said {
            let count = exchange(operation, parts);
            assert_eq!(count, 0, "{}: {operation:?}", dialect.name);
        }
    }
}

#[test]
fn lines_of_an_idle_module_allocate_nothing() {
    let said: &[u8] = b"\r\n+CMTI: \"SM\",1\r\n\r\n+QIURC: \"closed\",0\r\n\r\nRING\r\n\r\n+QFTPSIZE: 0,5\r\n\r\nOK\r\n";
    for dialect in dialect::ALL {
        let mut host = Host::new(dialect);
        let mut count = 0;
        for _ in 0..3 {
            let before = ALLOCATIONS.with(Cell::get);
            for cut in [1, 7, said.len()] {
                for part in said.chunks(cut) {
                    host.handle_input(NOW, part);
                    drained(&mut host, b"");
                }
            }
            count = ALLOCATIONS.with(Cell::get) - before;
        }
        assert_eq!(count, 0, "{}", dialect.name);
    }
}
