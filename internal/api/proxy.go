package api

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses of the proxies before the server, each alone or a network. What they say of who asks is believed; what others say is not.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks separated by commas.
func ParseProxies(text string) (out Proxies, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			ip, fault := netip.ParseAddr(part)
			if fault != nil {
				return nil, fault
			}
			p = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// holds reports whether an address is that of a proxy.
func (p Proxies) holds(ip netip.Addr) bool {
	for _, one := range p {
		if one.Contains(ip) {
			return true
		}
	}
	return false
}

// named reports whether a connection came from a proxy that was named.
func (p Proxies) named(remote string) bool {
	ip, ok := addressOf(remote)
	return ok && p.holds(ip)
}

// addressOf reads an address, with or without a port.
func addressOf(text string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	ip, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(text), "[]"))
	return ip.Unmap().WithZone(""), err == nil
}

// client is the address that a request came from: what the nearest proxy that is not ours saw, and the connection's where no proxy is named.
func (p Proxies) client(r *http.Request) string {
	ip, ok := addressOf(r.RemoteAddr)
	if !ok {
		return "local" // a socket, or within the process
	}
	if p.holds(ip) {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			hop, ok := addressOf(hops[i])
			if !ok {
				break // whoever wrote it is not believed any further
			}
			if ip = hop; !p.holds(hop) {
				break
			}
		}
	}
	return crowd(ip)
}

// crowd is the address by which tries are counted: of IPv6 the network of one customer, who has more addresses than can be counted.
func crowd(ip netip.Addr) string {
	if ip.Is6() {
		if net, err := ip.Prefix(64); err == nil {
			return net.String()
		}
	}
	return ip.String()
}
