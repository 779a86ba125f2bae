// Package emulator is an in-memory implementation of SendGrid's v3 API for API
// keys and scopes, for tests, demonstrations and benchmarks of its clients.
//
// It responds as the real API has been recorded to respond, byte for byte where
// the bytes are on record, and it is no more forgiving: it adds scopes that
// nobody requested, enforces rate limits, lags, and breaks connections in the
// ways that [Behavior] lists. Where SendGrid's behavior is not on record, the
// comment next to the code says that it is assumed.
//
// A [Server] is one account with its subusers. Servers share nothing:
//
//	s := emulator.Start(emulator.Config{})
//	defer s.Close()
//	s.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter})
package emulator
