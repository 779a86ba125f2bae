terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

removed {
  from = sendgrid_api_key.newsletter

  lifecycle {
    destroy = false
  }
}
