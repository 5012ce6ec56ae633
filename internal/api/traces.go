package api

func (s *server) traces() {}
