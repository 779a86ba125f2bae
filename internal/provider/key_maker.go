package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// keyMaker makes keys for everything of a provider, and loses none. SendGrid
// shows a key once, in the answer to the request that makes it. Should that
// answer get lost, a key may exist that nobody knows of: it is then looked for,
// among the keys that were not there before.
type keyMaker struct {
	client *sendgrid.Client
	policy scopes.Policy
	// retries is how often a POST is repeated of which it is known that it made
	// nothing.
	retries int
	patience

	mu       sync.Mutex
	accounts map[string]*accountKeys
}

// patience is how long a keyMaker looks for a key whose answer was lost.
type patience struct {
	// settle is how long a key that was made may take to be listed.
	settle time.Duration
	// budget bounds the whole search. Neither max_retries nor Ctrl-C shortens it:
	// who gives up here leaves a live key.
	budget time.Duration
}

// defaultPatience is more than SendGrid was ever seen to take.
func defaultPatience() patience {
	return patience{settle: 2 * time.Second, budget: time.Minute}
}

// accountKeys is what a keyMaker knows of the keys in one account.
type accountKeys struct {
	// listed is whether the keys that existed first are known.
	listed shared[struct{}]

	mu sync.Mutex
	// known are the ids of keys that cannot be the one which is looked for: there
	// before the first POST, or received or adopted since.
	known map[string]bool
	// names are locked one by one: of two lost answers for keys of one name,
	// nobody could tell which key is whose.
	names map[string]chan struct{}
}

// in returns what is known of an account, after the keys that exist there have
// been listed. Without that list, no key is made.
func (m *keyMaker) in(ctx context.Context, account string) (*accountKeys, error) {
	m.mu.Lock()
	keys := m.accounts[account]
	if keys == nil {
		keys = &accountKeys{known: map[string]bool{}, names: map[string]chan struct{}{}}
		m.accounts[account] = keys
	}
	m.mu.Unlock()
	_, err := keys.listed.get(ctx, func() (struct{}, error) {
		existing, err := m.client.ListAPIKeys(ctx, account)
		for _, k := range existing {
			keys.learn(k.ID)
		}
		return struct{}{}, err
	})
	return keys, err
}

func (a *accountKeys) learn(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known[id] = true
}

func (a *accountKeys) knows(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[id]
}

// lock makes the caller the only one that makes keys of a name, unless its
// context ends first.
func (a *accountKeys) lock(ctx context.Context, name string) (unlock func(), err error) {
	a.mu.Lock()
	turn := a.names[name]
	if turn == nil {
		turn = make(chan struct{}, 1)
		a.names[name] = turn
	}
	a.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// unlistedError is the failure of the list without which no key is made.
type unlistedError struct{ error }

func (e unlistedError) Unwrap() error { return e.error }

// lostAnswer is the error of a POST whose answer was lost, with what the search
// for its key has come to.
type lostAnswer struct {
	// cause is what became of the answer.
	cause *sendgrid.Error
	at    time.Time
	// found are the ids of the keys that may be the one. If there is but one and
	// it is as it was ordered, adopted tells that it is taken for it.
	found   []string
	adopted bool
	// lookup is why the search itself failed.
	lookup error
}

func (e *lostAnswer) Error() string { return e.cause.Error() }
func (e *lostAnswer) Unwrap() error { return e.cause }

// made is a key that was made.
type made struct {
	sendgrid.CreatedAPIKey
	// strays are the ids of keys that turned up beside it: an earlier attempt of
	// which nothing could be seen may have taken effect after all. Where that
	// could not be looked up, lookup is why.
	strays []string
	lookup error
}

// create makes a key. With a lostAnswer that is adopted, the key has its id and
// no secret.
func (m *keyMaker) create(ctx context.Context, account string, order sendgrid.CreateAPIKeyRequest) (made, error) {
	keys, err := m.in(ctx, account)
	if err != nil {
		return made{}, unlistedError{err}
	}
	unlock, err := keys.lock(ctx, order.Name)
	if err != nil {
		return made{}, err
	}
	defer unlock()
	for attempt := 0; ; attempt++ {
		created, err := m.client.CreateAPIKey(ctx, account, order)
		var failure *sendgrid.Error
		switch {
		case err == nil:
			keys.learn(created.ID)
			result := made{CreatedAPIKey: created}
			if attempt > 0 {
				result.strays, result.lookup = m.findStrays(ctx, keys, account, order.Name)
			}
			return result, nil
		case !errors.As(err, &failure), !failure.Ambiguous() && attempt == 0:
			return made{}, err
		}
		// Also where this request was refused, if one before it was lost: that one
		// may have taken effect late, and be the very reason.
		lost := m.search(ctx, keys, account, order, failure)
		switch {
		case lost.adopted:
			keys.learn(lost.found[0])
			return made{CreatedAPIKey: sendgrid.CreatedAPIKey{APIKey: sendgrid.APIKey{ID: lost.found[0], Name: order.Name}}}, lost
		case lost.lookup != nil, len(lost.found) > 0, ctx.Err() != nil, attempt == m.retries, !cameToNothing(failure):
			return made{}, lost
		}
	}
}

// cameToNothing reports whether a POST that left no key behind may be repeated.
// After a broken connection or a gateway's failure it may: SendGrid is done with
// the request. It may still be at it after a timeout, and a 500 in its own words
// is how it refuses a scope.
func cameToNothing(failure *sendgrid.Error) bool {
	switch failure.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case 0:
		return !errors.Is(failure, context.DeadlineExceeded)
	default:
		return false
	}
}

// search looks for the key that a POST may have made before its answer got lost.
func (m *keyMaker) search(ctx context.Context, keys *accountKeys, account string, order sendgrid.CreateAPIKeyRequest, cause *sendgrid.Error) *lostAnswer {
	lost := &lostAnswer{cause: cause, at: time.Now()}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.budget)
	defer cancel()
	// A key that is not listed yet may be a moment later.
	for look := range 2 {
		if look > 0 {
			if lost.lookup = pause(ctx, m.settle); lost.lookup != nil {
				return lost
			}
		}
		if lost.found, lost.lookup = m.find(ctx, keys, account, order.Name); lost.lookup != nil {
			return lost
		}
		if len(lost.found) > 0 {
			break
		}
	}
	if len(lost.found) == 1 {
		lost.adopted, lost.lookup = m.matches(ctx, account, lost.found[0], order)
	}
	return lost
}

// findStrays looks once more, beside a key whose secret waits to be saved: Ctrl-C
// ends it at once.
func (m *keyMaker) findStrays(ctx context.Context, keys *accountKeys, account, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.budget)
	defer cancel()
	return m.find(ctx, keys, account, name)
}

// find lists the keys of a name that were not there before.
func (m *keyMaker) find(ctx context.Context, keys *accountKeys, account, name string) ([]string, error) {
	var found []string
	err := m.persist(ctx, func(ctx context.Context) error {
		found = nil
		listed, err := m.client.ListAPIKeys(ctx, account)
		for _, k := range listed {
			if k.Name == name && !keys.knows(k.ID) {
				found = append(found, k.ID)
			}
		}
		slices.Sort(found)
		return err
	})
	return found, err
}

// matches reports whether a key reads back as it was ordered.
func (m *keyMaker) matches(ctx context.Context, account, id string, order sendgrid.CreateAPIKeyRequest) (bool, error) {
	var key sendgrid.APIKey
	err := m.persist(ctx, func(ctx context.Context) (err error) {
		key, err = m.client.GetAPIKey(ctx, account, id)
		return err
	})
	remote := scopes.NewSet(key.Scopes...)
	if order.FullAccess {
		return err == nil && scopes.LooksFullAccess(remote), err
	}
	return err == nil && m.policy.Equivalent(scopes.NewSet(order.Scopes...), remote), err
}

// persist repeats ask until SendGrid gives an answer of its own, or the context
// ends. The retries of the client are not enough here, for there may be none,
// and a request that hangs must not take the whole budget.
func (m *keyMaker) persist(ctx context.Context, ask func(context.Context) error) error {
	for {
		once, cancel := context.WithTimeout(ctx, m.budget/6)
		err := ask(once)
		hung := once.Err() != nil && ctx.Err() == nil
		cancel()
		var failure *sendgrid.Error
		// A key that was listed may take a moment to be read as well.
		passing := hung || isKeyNotFound(err) || errors.As(err, &failure) && failure.Transient()
		if err == nil || !passing || pause(ctx, m.settle) != nil {
			return err
		}
	}
}

// pause waits for d, or until the context ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting for SendGrid: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}
