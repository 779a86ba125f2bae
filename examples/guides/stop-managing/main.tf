terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

removed {
  from = sendgrid_api_key.newsletter

  lifecycle {
    destroy = false
  }
}
