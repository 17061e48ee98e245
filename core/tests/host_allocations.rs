//! In a transfer the host engine allocates nothing: the count of allocations is the same for 1 MB and for 16 MB.

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
