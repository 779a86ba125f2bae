import {
  to = sendgrid_api_key.newsletter
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}
