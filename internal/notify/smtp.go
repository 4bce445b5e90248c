package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

const (
	smtpTime = 30 * time.Second
	portTLS  = 465
)

// An SMTP sends through the office's own mail server. There is no default one.
type SMTP struct {
	Server   string // host:port; 465 speaks TLS at once, every other port must offer STARTTLS unless it is on this machine
	From     string
	User     string // or ""
	Password string
}

// Send delivers one mail. The error says what went wrong in general words: a
// server's own text repeats addresses.
func (s SMTP) Send(ctx context.Context, m Mail) error {
	host, port, err := net.SplitHostPort(s.Server)
	if err != nil {
		return errors.New("sending a mail: the server is no host:port")
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return errors.New("sending a mail: the server is no host:port")
	}
	_, domain, _ := strings.Cut(s.From, "@")
	message, err := s.message(m, domain)
	if err != nil {
		return err
	}
	policy := mail.TLSMandatory
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		policy = mail.TLSOpportunistic
	}
	// The default HELO would be this machine's name.
	options := []mail.Option{mail.WithPort(n), mail.WithTimeout(smtpTime), mail.WithHELO(domain), mail.WithTLSPolicy(policy)}
	if n == portTLS {
		options = append(options, mail.WithSSL())
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return errors.New("sending a mail: the settings of the mail server do not fit together")
	}
	ctx, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	return general(client.DialAndSendWithContext(ctx, message))
}

func (s SMTP) message(m Mail, domain string) (*mail.Msg, error) {
	message := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingUSASCII))
	if err := errors.Join(message.From(s.From), message.To(m.To)); err != nil {
		return nil, errors.New("sending a mail: an address is malformed")
	}
	message.Subject(m.Subject)
	message.SetDateWithValue(m.At)
	message.SetMessageIDWithValue(m.ID + "@" + domain)
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	return message, nil
}

// general names the kind of an error without what a server said.
func general(err error) error {
	var refused *mail.SendError
	var network net.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return fmt.Errorf("sending a mail: the server refused it (reason %d)", refused.Reason)
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded):
		return errors.New("sending a mail: the server cannot be reached")
	}
	return errors.New("sending a mail: the server did not accept the connection")
}
