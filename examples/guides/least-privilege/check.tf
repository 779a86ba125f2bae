check "credential" {
  assert {
    condition     = length(local.support_lacks) == 0
    error_message = "The credential lacks ${join(", ", local.support_lacks)}."
  }
}
