//! One account for all clients with the same credential on the same server in this process, for the
//! whole API and for each of its budgets.
//!
//! Two versions of an API on one server are one account: the vendor counts the customer's requests,
//! and who moves from one to the other uses both for a while.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::Limiter;
use crate::{Credential, RateLimitWindow};

/// The accounts in use. They live as long as a client does that keeps to them.
struct Registry {
    /// Salts that are new in every process: a hash tells nothing about the credential.
    salts: [RandomState; 2],
    accounts: HashMap<Key, Weak<Limiter>>,
}

/// Which account. The credential itself is not kept.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    server: String,
    credential: [u64; 2],
    budget: Option<&'static str>,
}

static REGISTRY: OnceLock<Mutex<Registry>> = OnceLock::new();

/// The account of a credential on a server, for the whole API or for one budget, which keeps to
/// these windows from now on.
pub(super) fn join(
    server: &str,
    credential: &Credential,
    budget: Option<&'static str>,
    windows: &[RateLimitWindow],
) -> Arc<Limiter> {
    let registry = REGISTRY.get_or_init(|| {
        Mutex::new(Registry {
            salts: [RandomState::new(), RandomState::new()],
            accounts: HashMap::new(),
        })
    });
    let mut registry = registry.lock().unwrap_or_else(PoisonError::into_inner);
    let [first, second] = &registry.salts;
    let key = Key {
        server: server.to_owned(),
        credential: [
            first.hash_one(credential.expose()),
            second.hash_one(credential.expose()),
        ],
        budget,
    };
    registry
        .accounts
        .retain(|_, account| account.strong_count() > 0);
    let account = registry.accounts.get(&key).and_then(Weak::upgrade);
    let account = account.unwrap_or_else(|| {
        let account = Arc::new(Limiter::new());
        registry.accounts.insert(key, Arc::downgrade(&account));
        account
    });
    drop(registry);
    account.keep_to(windows);
    account
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(server: &str, credential: &str) -> Arc<Limiter> {
        join(server, &Credential::new(credential).unwrap(), None, &[])
    }

    #[test]
    fn the_same_credential_at_the_same_place_is_one_account() {
        let one = account("https://registry.example", "key-1");
        assert!(Arc::ptr_eq(
            &one,
            &account("https://registry.example", "key-1")
        ));
        assert!(!Arc::ptr_eq(
            &one,
            &account("https://registry.example", "key-2")
        ));
        assert!(!Arc::ptr_eq(
            &one,
            &account("https://other.example", "key-1")
        ));
    }

    #[test]
    fn a_budget_has_an_account_of_its_own() {
        let credential = Credential::new("key-1").unwrap();
        let account = |budget| join("https://budget.example", &credential, budget, &[]);
        let (whole, heavy) = (account(None), account(Some("heavy")));
        assert!(!Arc::ptr_eq(&whole, &heavy));
        assert!(Arc::ptr_eq(&whole, &account(None)));
        assert!(Arc::ptr_eq(&heavy, &account(Some("heavy"))));
    }

    #[test]
    fn an_account_ends_with_its_last_client() {
        let one = account("https://ending.example", "key-1");
        let weak = Arc::downgrade(&one);
        drop(one);
        assert_eq!(weak.strong_count(), 0);
        let registry = REGISTRY.get().unwrap();
        account("https://another.example", "key-1");
        let registry = registry.lock().unwrap();
        let mut keys = registry.accounts.keys();
        assert!(keys.all(|key| key.server != "https://ending.example"));
    }
}
