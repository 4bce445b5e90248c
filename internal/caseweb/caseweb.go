// Package caseweb is the office's site: the shell of the console and the JSON
// calls behind the session.
package caseweb
