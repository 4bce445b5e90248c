package incident

// A Role says what a member may do (docs/architecture.md, Who may do what).
type Role string

// The roles.
const (
	RoleCaseworker  Role = "caseworker"  // opens and works cases of the member's desks
	RoleCoordinator Role = "coordinator" // also assigns, approves, keeps members' keys, releases statistics
	RoleAdmin       Role = "admin"       // keeps accounts and settings; holds no key and reads nothing
)

// Valid says whether r is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case RoleCaseworker, RoleCoordinator, RoleAdmin:
		return true
	}
	return false
}

// Reads says whether the role opens cases.
func (r Role) Reads() bool { return r == RoleCaseworker || r == RoleCoordinator }

// Keeps says whether the role keeps accounts of others.
func (r Role) Keeps() bool { return r == RoleCoordinator || r == RoleAdmin }
