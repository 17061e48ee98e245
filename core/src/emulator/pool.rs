//! The threads that all emulators of a process share: a few loops, each with many emulators.
//!
//! The pool is there as long as there is an emulator. It belongs to a process: the child of a fork has none of its threads
//! and makes a pool of its own.

use std::io;
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

/// The pool, with the number of its process.
static POOL: Mutex<(u32, Weak<Pool>)> = Mutex::new((0, Weak::new()));

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
        let mut shared = held(&POOL);
        let process = std::process::id();
        if shared.0 == process
            && let Some(pool) = shared.1.upgrade()
        {
            return pool;
        }
        let pool = Arc::new(Pool {
            shards: Mutex::default(),
        });
        *shared = (process, Arc::downgrade(&pool));
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
    let shared = held(&POOL);
    let is_ours = shared.0 == std::process::id();
    let pool = shared.1.upgrade().filter(|_| is_ours);
    drop(shared);
    pool.map_or(0, |pool| {
        let shards = held(&pool.shards);
        shards.iter().map(|shard| shard.tenants()).sum()
    })
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
