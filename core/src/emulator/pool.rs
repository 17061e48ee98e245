//! The threads that all emulators of a process share: a few loops, each with many emulators.
//!
//! The pool is there as long as there is an emulator. It belongs to a process: the child of a fork has none of its threads
//! and makes a pool of its own. It belongs to a network, too: a thread that has entered another network namespace of Linux
//! gets emulators whose connections begin there.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use super::shard::{Lodging, Shard};
use super::tenant::{Tenant, TenantEnd};

/// The most loops: with two threads each, and those of name look-ups, eight threads serve any number of emulators.
const SHARDS: usize = 3;

/// The loops of a process.
pub(super) struct Pool {
    shards: Mutex<Vec<Arc<Shard>>>,
}

/// The pools, each with its home.
static POOLS: Mutex<Vec<(Home, Weak<Pool>)>> = Mutex::new(Vec::new());

/// The process and the network that the threads of a pool share with the thread that made it.
#[derive(PartialEq, Eq)]
struct Home {
    process: u32,
    /// The network namespace; `None` where there is no such thing.
    network: Option<PathBuf>,
}

impl Home {
    fn here() -> Self {
        Home {
            process: std::process::id(),
            network: std::fs::read_link("/proc/thread-self/ns/net").ok(),
        }
    }
}

/// A place in a pool, which keeps the pool.
pub(super) struct Tenancy {
    end: Arc<TenantEnd>,
    /// It ends with the last tenancy.
    _pool: Arc<Pool>,
}

impl std::fmt::Debug for Tenancy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tenancy")
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    fn shared() -> Arc<Self> {
        let home = Home::here();
        let mut pools = held(&POOLS);
        let found = pools.iter().find(|(other, _)| *other == home);
        if let Some(pool) = found.and_then(|(_, pool)| pool.upgrade()) {
            return pool;
        }
        let pool = Arc::new(Pool {
            shards: Mutex::default(),
        });
        pools.retain(|(_, pool)| pool.strong_count() > 0);
        pools.push((home, Arc::downgrade(&pool)));
        pool
    }

    /// Returns the loop that has the fewest tenants.
    fn shard(&self) -> io::Result<Arc<Shard>> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let mut shards = held(&self.shards);
        let least = shards.iter().min_by_key(|shard| shard.tenants());
        match least {
            Some(shard) if shard.tenants() == 0 || shards.len() >= cores.min(SHARDS) => {
                Ok(Arc::clone(shard))
            }
            _ => {
                let shard = Shard::start()?;
                shards.push(Arc::clone(&shard));
                Ok(shard)
            }
        }
    }
}

/// Returns how many emulators this process has.
pub(super) fn population() -> usize {
    let process = std::process::id();
    let pools: Vec<Arc<Pool>> = held(&POOLS)
        .iter()
        .filter(|(home, _)| home.process == process)
        .filter_map(|(_, pool)| pool.upgrade())
        .collect();
    let tenants = |pool: &Arc<Pool>| -> usize {
        let shards = held(&pool.shards);
        shards.iter().map(|shard| shard.tenants()).sum()
    };
    pools.iter().map(tenants).sum()
}

impl Drop for Pool {
    fn drop(&mut self) {
        for shard in held(&self.shards).drain(..) {
            shard.stop();
        }
    }
}

impl Tenancy {
    /// Makes a tenant and lets it live in the pool of this process.
    pub(super) fn begin(
        make: impl FnOnce(&Lodging) -> io::Result<Box<dyn Tenant>>,
    ) -> io::Result<Self> {
        let pool = Pool::shared();
        let shard = pool.shard()?;
        let lodging = shard.lodge();
        match make(&lodging) {
            Ok(tenant) => Ok(Tenancy {
                end: shard.admit(lodging.number(), tenant),
                _pool: pool,
            }),
            Err(error) => {
                shard.leave();
                Err(error)
            }
        }
    }

    /// Tells whether the tenant has gone.
    pub(super) fn is_over(&self) -> bool {
        self.end.has_happened()
    }

    /// Waits until the tenant has gone.
    pub(super) fn await_end(&self) {
        self.end.await_it();
    }
}
